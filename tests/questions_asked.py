"""What people look for, as they type it, and what they should find: (language, question, kind, keys of which one is enough).

With slips, in other forms than the texts have, without accents. Rows in another language wait for the translation of
what they look for, and join when it is there.
"""

ASKED = [
    ("en", "what is cpted", "glossary", {"cpted"}),
    ("en", "standoff distance", "glossary", {"stand-off"}),
    ("en", "facial recogntion cameras", "facts", {"F11.15"}),
    ("en", "women feeling unsafe at night", "lessons", {"h01-l02", "m03-l04"}),
    ("en", "does crime get displaced", "facts", {"F3.13"}),
    ("en", "hostile vehicle mitigaton", "glossary", {"hvm"}),
    ("en", "who pays for security measures", "lessons", {"m04-l05"}),
    ("en", "managing crowds", "facts", {"F12.01"}),
    ("en", "victim support unit in pireus", "cases", {"C03"}),
    ("en", "evaluation plan: what would have happened anyway", "lessons", {"m13-l03"}),
    ("fr", "marche exploratoire", "lessons", {"m05-l02"}),
    ("fr", "que veut dire la securite", "lessons", {"m01-l01"}),
    ("fr", "controle d'acces", "glossary", {"access-control"}),
    ("fr", "sentiment d'insécurité", "lessons", {"h01-l01", "m01-l01"}),
    ("fr", "échelle de la participasion", "lessons", {"m05-l01"}),
    ("fr", "lire une norme", "lessons", {"m08-l04"}),
    ("fr", "véhicule bélier", "lessons", {"m08-l03"}),
    ("fr", "du programme a l'entretien du projet", "lessons", {"m08-l01"}),
    ("fr", "droits fondamentaux et équilibre", "lessons", {"m01-l05"}),
    ("fr", "proteger un marché de noel", "lessons", {"m08-l06"}),
    ("es", "qué hace segura una plaza", "lessons", {"h01-l01"}),
    ("es", "pregunte a quien usa la plaza", "lessons", {"h01-l02"}),
    ("es", "la primera hora despues de un incidente", "lessons", {"h01-l04"}),
    ("es", "prevencion, proteccion y cohesion", "lessons", {"m01-l03"}),
    ("es", "derechos fundamentales y equilibrio", "lessons", {"m01-l05"}),
    ("es", "qué significa seguridad", "lessons", {"m01-l01"}),
    ("es", "marchas exploratorias", "lessons", {"m05-l02"}),
    ("es", "escalera de participasion", "lessons", {"m05-l01"}),
    ("es", "mujeres y miedo por la noche", "lessons", {"m05-l03", "h01-l02"}),
    ("es", "jovenes que nadie escucha", "lessons", {"m05-l04"}),
]
