"""First texts of the plain pages: (slug, title, lead, body). Editors change them in the studio afterwards."""

from django.utils.translation import gettext_lazy as _

TEXT_PAGES = [
    (
        "about",
        _("What Stoa is"),
        _("A school for the people who keep a city safe and open at once."),
        _(
            "<p>City staff learn integrated urban security here: how prevention, protection and social cohesion work together. "
            "Every lesson shows the recommendation, the guidance and the facts it rests on, each with its source and date.</p>"
            "<h2>Where it comes from</h2><p>The Partnership on Security in Public Spaces of the Urban Agenda for the EU asked in its Action 4 "
            "for a training scheme. Stoa is an independent answer to that call. It is not a product of the Partnership, of Efus or of the "
            "European Commission, and none of them has endorsed it.</p>"
            "<h2>What is ours</h2><p>Recommendations and guidance are independent formulations: our own words, with the facts behind them. "
            "Cities and people in lessons and on demonstration pages are fictional.</p>"
        ),
    ),
    (
        "how-cities-are-certified",
        _("How a city's standing is worked out"),
        _("From trained people in the right posts, and from practice that others have reviewed."),
        _(
            "<p>A person counts for a city while two things are true on the same day: their certificate is valid, and the city and the person "
            "have both confirmed that they hold the post.</p><p>A city page shows which role families are covered. It shows no names and no "
            "results.</p><p>The full scheme, with practice evidence and reviewers from other countries, is in preparation. A standing says that "
            "trained roles and checked practice were found on a date. It is not a statement about crime.</p>"
        ),
    ),
    (
        "for-trainers",
        _("For trainers"),
        _("Write lessons and questions, see who is stuck, and improve what does not work."),
        _(
            "<p>Trainers and editors work in the studio. A new lesson starts from a template. You preview it as a trainee sees it, send it to "
            "a reviewer from another profession, and publish it together.</p><p>Ask the operator of this site for the role of trainer.</p>"
        ),
    ),
    (
        "accessibility",
        _("Accessibility statement"),
        _(
            "Everyone should be able to learn here, by keyboard, with a screen reader, on a small phone and on a slow line."
        ),
        _(
            "<p>We aim for WCAG 2.2, level AA. Reading and quizzes work without JavaScript. There is no time limit. Drawings have a text "
            "alternative and a long description.</p><h2>What is tested</h2><p>Each kind of page is checked automatically in light and dark, on a "
            "phone size, and from right to left. Automatic checks find only some barriers, so please tell us about others.</p>"
            "<h2>Known gaps</h2><p>The lessons have not yet been reviewed by people with disabilities. There is no sign language.</p>"
        ),
    ),
    (
        "privacy",
        _("Privacy"),
        _("What is stored about you, who sees it, and how you take it out or have it erased."),
        _(
            "<p>We store your e-mail address, your name, what you did in lessons and tests, and the certificates you earned. Nobody but you "
            "reads your private notes.</p><h2>Who sees what</h2><p>A trainer of your group sees your progress. A coordinator of your city sees "
            "only whether you are certified, in progress or neither; never a score. Others see nothing.</p><h2>Taking it out</h2><p>Under your "
            "account you can download everything and delete your account. A certificate you have downloaded can still be checked by its "
            "signature.</p><p>There are no trackers, and no page loads anything from another site.</p>"
        ),
    ),
    (
        "help",
        _("Help and contact"),
        _("Answers to what people ask most."),
        _(
            "<h2>I did not get the mail with the code</h2><p>Look in the folder for unwanted mail. Then ask for a new code on the same page.</p>"
            "<h2>I failed a test</h2><p>Nothing is lost. You can try again with other questions; after three tries there is a pause, so that you "
            "have time to read.</p><h2>My name on the certificate is wrong</h2><p>Change the name in your account before you finish the course. "
            "For a certificate that has been issued, write to the operator of this site.</p>"
        ),
    ),
]
