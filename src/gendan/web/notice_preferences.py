"""My settings → how I am told: mail, short messages, quiet hours."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import mail as outgoing_mail
from gendan.kernel.errors import DomainError
from gendan.notices import queries, services
from gendan.notices.models import Importance, MailChoice, NoticePreference
from gendan.notices.rules_data import GROUPS, SHIPPED
from gendan.web.forms import PageForm
from gendan.web.shell import ask, page, render_page

MAIL, KIND = "mail_", "kind_"


class HoursField(forms.CharField):
    """Full hours, typed beside each other: "9, 14"."""

    def clean(self, value: Any) -> list[int]:
        """The hours as numbers."""
        text = super().clean(value)
        words = re.split(r"[\s,;，、；]+", str(text).strip())
        if not all(re.fullmatch(r"\d{1,2}(:00)?", word) for word in words):
            raise ValidationError(_("Write full hours beside each other, such as: 9, 14"))
        return [int(word.split(":")[0]) for word in words]


class PreferencesForm(PageForm):
    """One choice for each importance and each kind of fact, and the times."""

    digest_hours = HoursField(
        label=gettext_lazy("Collected mails go out at (full hours)"), max_length=40
    )
    quiet_from = forms.TimeField(
        label=gettext_lazy("Quiet from"), required=False, widget=forms.TimeInput
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("until"), required=False, widget=forms.TimeInput
    )
    quiet_days_off = forms.BooleanField(
        label=gettext_lazy("Quiet on days that are not worked"), required=False
    )
    toasts = forms.MultipleChoiceField(
        label=gettext_lazy("Short messages on an open page"),
        required=False,
        choices=Importance.choices,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, kept: NoticePreference, kinds: list[str], data: Any = None) -> None:
        initial = {
            "digest_hours": ", ".join(map(str, kept.digest_hours)),
            "quiet_from": kept.quiet_from,
            "quiet_until": kept.quiet_until,
            "quiet_days_off": kept.quiet_days_off,
            "toasts": kept.toasts,
        }
        super().__init__(data, initial=initial)
        for importance in Importance:
            chosen = kept.mail.get(importance.value, MailChoice.RULE)
            self._add(MAIL + importance.value, importance.label, chosen)
        for fact in kinds:
            title = SHIPPED[fact].title
            self._add(KIND + fact, title, kept.kinds.get(fact, MailChoice.RULE))
        self.dress()

    def _add(self, name: str, label: Any, chosen: str) -> None:
        field = forms.ChoiceField(label=label, choices=MailChoice.choices, required=False)
        self.fields[name] = field
        self.initial[name] = chosen

    def chosen(self, prefix: str) -> dict[str, str]:
        """What was chosen for each importance or kind."""
        return {
            name.removeprefix(prefix): value
            for name, value in self.cleaned_data.items()
            if name.startswith(prefix) and value
        }

    def listed(self, names: list[str]) -> list[Any]:
        """Bound fields, in the order of their names."""
        return [self[name] for name in names]


@page(section="settings")
def save_notice_preferences(request: HttpRequest) -> HttpResponse:
    """How I am told: looked at and changed."""
    user: Any = request.user
    kept = queries.preference_of(user) or NoticePreference(user=user)
    groups = [(words, [one.fact for one in shipped]) for words, shipped in GROUPS]
    form = PreferencesForm(
        kept, [fact for _w, facts in groups for fact in facts], request.POST or None
    )

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error is not None:
            form.refuse(error)
        context = {
            "form": form,
            "by_importance": form.listed([MAIL + one for one in Importance.values]),
            "groups": [
                (words, form.listed([KIND + fact for fact in facts])) for words, facts in groups
            ],
            "own_kinds": len(kept.kinds),
            "email": user.email,
            "has_mail": outgoing_mail.is_set_up(),
        }
        return render_page(request, "notices/preferences.html", context)

    if request.method != "POST" or not form.is_valid():
        return draw()
    return ask(
        request,
        services.save_notice_preferences,
        mail=form.chosen(MAIL),
        kinds=form.chosen(KIND),
        toasts=form.cleaned_data["toasts"],
        digest_hours=form.cleaned_data["digest_hours"],
        quiet_from=form.cleaned_data["quiet_from"],
        quiet_until=form.cleaned_data["quiet_until"],
        quiet_days_off=form.cleaned_data["quiet_days_off"],
        then=reverse("save_notice_preferences"),
        said=_("From now on you are told like this."),
        again=draw,
    )


urlpatterns = [
    path("settings/mine/notices/", save_notice_preferences, name="save_notice_preferences"),
]
