import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("stoa_modules", "0004_marking_and_appeals"),
        ("wagtailcore", "0098_apitoken"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="question",
            options={
                "ordering": ["module", "key", "id"],
                "permissions": [
                    (
                        "publish_question",
                        "Can review questions, put them into use and withdraw them",
                    ),
                    (
                        "regrade_question",
                        "Can withdraw questions and have their answers marked again",
                    ),
                    (
                        "view_item_statistics",
                        "Can see how questions are answered, aggregated",
                    ),
                ],
                "verbose_name": "question",
            },
        ),
        migrations.RemoveField(model_name="itemstatistics", name="score_square_sum"),
        migrations.AddField(
            model_name="itemstatistics",
            name="paired_square_sum",
            field=models.FloatField(default=0),
        ),
        migrations.AddField(
            model_name="itemstatistics",
            name="paired_sum",
            field=models.FloatField(default=0),
        ),
        migrations.AddField(
            model_name="itemstatistics",
            name="times",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="question",
            name="latest_revision",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="wagtailcore.revision",
                verbose_name="latest revision",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="resting_since",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.CreateModel(
            name="Regrade",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        choices=[
                            ("point", "Everybody gets the point"),
                            ("out", "The question is taken out of the count"),
                            ("key", "Marked again with the corrected key"),
                        ],
                        max_length=10,
                        verbose_name="rule",
                    ),
                ),
                ("note", models.CharField(max_length=500, verbose_name="what learners are told")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("running", "Running"), ("done", "Done")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("reached", models.PositiveBigIntegerField(default=0)),
                ("seen", models.PositiveIntegerField(default=0)),
                ("corrected", models.PositiveIntegerField(default=0)),
                ("newly_passed", models.PositiveIntegerField(default=0)),
                ("asked_at", models.DateTimeField()),
                ("worked_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="regrades",
                        to="stoa_modules.question",
                    ),
                ),
            ],
            options={
                "ordering": ["-asked_at", "-id"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "done"), _negated=True),
                        fields=("question",),
                        name="stoa_modules_one_regrade",
                    )
                ],
            },
        ),
    ]
