"""Days of the week to tick on a form."""

from typing import Any

from django import forms

from gendan.kernel.weekdays import weekday_names


def weekdays_field(label: str, *, is_needed: bool, help_text: str = "") -> forms.Field:
    """A box for each day of the week, by name; the value is a list of numbers, 0 = Monday."""
    names = weekday_names(range(7))
    made: Any = forms.TypedMultipleChoiceField(
        label=label,
        required=is_needed,
        coerce=int,
        choices=list(enumerate(names)),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        help_text=help_text,
    )
    return made  # type: ignore[no-any-return]
