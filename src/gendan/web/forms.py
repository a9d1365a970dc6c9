"""Forms of the pages: they check the shape of what was typed, never save, and look alike."""

import re
from typing import Any

from django import forms

_ROW = re.compile(r"^rows\.\d+\.")


def whole_number(text: str) -> int | None:
    """A number as a form or an address gives it; None for what cannot be one of ours.

    Eighteen digits and more the database cannot hold, and "²" is a digit but no number.
    """
    return int(text) if text.isdecimal() and len(text) < 18 else None


class PageForm(forms.Form):
    """A form whose fields carry the classes of the kit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.dress()

    def dress(self) -> None:
        """Give every field's input its class."""
        for field in self.fields.values():
            widget = field.widget
            css = "form-control"
            if isinstance(widget, forms.CheckboxInput):
                css = "form-check-input"
            elif isinstance(widget, forms.CheckboxSelectMultiple):
                css = ""
            elif isinstance(widget, forms.Select):
                css = "form-select"
            if isinstance(widget, forms.DateInput):
                widget.input_type = "date"
                widget.format = "%Y-%m-%d"
            if isinstance(widget, forms.TimeInput):
                widget.input_type = "time"
                widget.format = "%H:%M"
            if isinstance(widget, forms.Textarea):
                widget.attrs["rows"] = 3
            classes = str(widget.attrs.get("class", "")).split()
            widget.attrs["class"] = " ".join(dict.fromkeys([*classes, *css.split()]))

    def refuse(self, error: Any) -> None:
        """Put a DomainError where it belongs: on the field it names, else on the form."""
        field = _ROW.sub("", error.field or "")
        self.add_error(field if field in self.fields else None, error.message)
