"""Settings → Notices: who hears of which facts, who must act, and when it is escalated."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel.errors import DomainError
from gendan.notices import rules, services
from gendan.notices.audiences import words_of
from gendan.notices.models import Channel, Importance
from gendan.notices.rules import Rule
from gendan.notices.rules_data import GROUPS, SHIPPED
from gendan.notices.words import title_of
from gendan.web.forms import PageForm
from gendan.web.shell import ask, page, render_page


class RuleForm(PageForm):
    """The shape of a rule as typed."""

    know = forms.MultipleChoiceField(
        label=gettext_lazy("Must know"), required=False, widget=forms.CheckboxSelectMultiple
    )
    act = forms.MultipleChoiceField(
        label=gettext_lazy("Must act"), required=False, widget=forms.CheckboxSelectMultiple
    )
    importance = forms.ChoiceField(label=gettext_lazy("Importance"), choices=Importance.choices)
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Besides the page"),
        required=False,
        choices=Channel.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    escalate_hours = forms.IntegerField(
        label=gettext_lazy("Escalate after (working hours)"), required=False
    )
    escalate_to = forms.ChoiceField(label=gettext_lazy("to"), required=False)
    is_active = forms.BooleanField(label=gettext_lazy("The rule is in force"), required=False)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, rule: Rule, data: Any = None) -> None:
        initial = {name: getattr(rule, name) for name in RuleForm.base_fields}
        super().__init__(data, initial=initial)
        shipped = SHIPPED[rule.fact]
        words = dict.fromkeys([*shipped.act, *shipped.know, *rules.audiences()])
        for name in ("know", "act"):
            self._choice(name).choices = _named(words)
        self._choice("escalate_to").choices = [
            ("", "–"),
            *((role, _(role)) for role in rules.own_roles()),
        ]

    def _choice(self, name: str) -> Any:
        return self.fields[name]


def _named(words: Iterable[str]) -> list[tuple[str, str]]:
    """The audiences with their words; where two read alike, the fact's field tells them apart."""
    titles = [words_of(word) for word in words]
    return [
        (word, title if titles.count(title) == 1 else f"{title} ({word.partition(':')[2]})")
        for word, title in zip(words, titles, strict=True)
    ]


def _row(rule: Rule) -> dict[str, Any]:
    return {
        "rule": rule,
        "know": list(dict.fromkeys(map(words_of, rule.know))),
        "act": list(dict.fromkeys(map(words_of, rule.act))),
        "channels": [str(dict(Channel.choices)[one]) for one in rule.channels],
        "importance": dict(Importance.choices)[rule.importance],
    }


@page(section="settings", verb="save_notice_rule", methods=["GET", "HEAD"])
def notice_rules(request: HttpRequest) -> HttpResponse:
    """All rules, by the part of the journey their facts belong to."""
    found = rules.rules()
    groups = [(words, [_row(found[one.fact]) for one in shipped]) for words, shipped in GROUPS]
    return render_page(request, "notices/rules.html", {"groups": groups})


@page(section="settings", verb="save_notice_rule")
def save_notice_rule(request: HttpRequest, fact: str) -> HttpResponse:
    """One rule: looked at and changed."""
    rule = rules.rule_of(fact)
    if rule is None:
        raise Http404
    form = RuleForm(rule, request.POST or None)

    def draw(error: DomainError | None = None) -> HttpResponse:
        if error is not None:
            form.refuse(error)
        context = {
            "form": form,
            "rule": rule,
            "proofs": [title_of(proof) for proof in rule.acted_by],
        }
        return render_page(request, "notices/rule.html", context)

    if request.method != "POST" or not form.is_valid():
        return draw()
    return ask(
        request,
        services.save_notice_rule,
        fact=fact,
        **form.cleaned_data,
        then=reverse("notice_rules"),
        said=_("The rule holds from now on."),
        again=draw,
    )


@page(section="settings", methods=["POST"])
def reset_notice_rule(request: HttpRequest, fact: str) -> HttpResponse:
    """Back to the rule as shipped."""
    return ask(
        request,
        services.reset_notice_rule,
        fact=fact,
        then=reverse("notice_rules"),
        said=_("The shipped rule holds again."),
    )


urlpatterns = [
    path("settings/notices/", notice_rules, name="notice_rules"),
    path("settings/notices/<slug:fact>/", save_notice_rule, name="save_notice_rule"),
    path("settings/notices/<slug:fact>/reset/", reset_notice_rule, name="reset_notice_rule"),
]
