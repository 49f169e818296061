"""The words the seeded site is made of."""

DEPARTMENTS = {
    "biology": ("Cell biology", "Genetics", "Botany field course"),
    "computing": ("Algorithms", "Databases", "Einführung in die Informatik", "Networks"),
    "history": ("The long nineteenth century", "Archives and sources", "Histoire médiévale"),
    "law": ("Contract law", "Tort law", "Droit constitutionnel"),
    "mathematics": ("Analysis I", "Linear algebra", "Stochastics", "Matemáticas discretas"),
    "medicine": ("Anatomy", "Pharmacology", "Clinical skills"),
    "staff": ("Faculty board", "Library meeting", "IT help desk"),
}
"""Department -> its courses."""

ODD_NAMES = (
    "",
    "מבוא לאלגברה לינארית",
    "مقدمة في القانون",
    "🎓 Kick-off 🚀 Week 1",
    "<b>Exam</b> & <script>alert(1)</script> review",
    '=HYPERLINK("https://bbb.example.org","Slides")',
    "@SUM(1+1)*cmd",
    "Größe & Ähre 日本語",
    "a\u202egpj.exe",
    "Very long " + "name " * 60 + "end",
)
"""Names that break careless lists, spreadsheets and terminals."""

SLIDES = (
    "Welcome to the course",
    "(this slide left blank for use as a whiteboard)",
    "Outline & goals",
    "Übung 3: Größenordnungen",
    "Questions?",
)

LIVE_LINES = (
    "Welcome, everybody.",
    "Let us begin with last week's exercise.",
    "Are there any questions so far?",
    "I will upload the slides after the session.",
)
