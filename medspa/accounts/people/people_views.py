"""The administrators' pages: people, inviting, editing, deactivating them, roles."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from medspa.accounts import signed_in
from medspa.accounts.emailed_links import LinkKind
from medspa.accounts.models import User
from medspa.accounts.people import editing, inviting, leaving
from medspa.accounts.people.forms import DeactivateForm, EditPersonForm, PersonForm
from medspa.accounts.people.reading import PersonRow, PersonState, people_shown, rows_of
from medspa.accounts.second_factor import changes
from medspa.accounts.second_factor.fresh_views import (
    FreshSignInMixin,
    fresh_sign_in_required,
)
from medspa.accounts.second_factor.state import needs_second_step
from medspa.audit.sentences import PASSWORD_LINK_SENT
from medspa.emails.message import is_email_set_up
from medspa.emails.sending import (
    address_of,
    queue_password_reset,
    reset_address,
)
from medspa.extension_points import person_fields
from medspa.jobs.registry import is_any_worker_alive
from medspa.refusals import Refused
from medspa.roles import CAPABILITIES, ROLE_WORDS, ROLES
from medspa.web.pages import ClinicPageMixin
from medspa.web.refusals import redirect_refused, sentence_of
from medspa.web.site_address import site_address

FORM_REFUSALS = (Refused, ValidationError)
CONFIRM_FIRST = "Another email is used once it is confirmed."
INVITE_THERE = "A new invitation goes to another email."
SEE, ADD, CHANGE = "medspa.view_user", "medspa.add_user", "medspa.change_user"


class PeoplePage(ClinicPageMixin, TemplateView):
    permission_required = SEE
    title = "People"
    template_name = "medspa/people/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        search = self.request.GET.get("q", "").replace("\0", "")[:100]
        rows = people_shown(search)
        return super().get_context_data(
            search=search,
            rows=rows,
            columns=[field.label for field in person_fields],
            **mail_state(rows),
            **kwargs,
        )


def mail_state(rows: list[PersonRow]) -> dict[str, Any]:
    """Whether emails go out; the worker is asked for where one waits."""
    waiting = [row for row in rows if row.invitation and not row.invitation.sent_at]
    return {
        "is_email_set_up": is_email_set_up(),
        "is_worker_missing": bool(waiting) and not is_any_worker_alive(),
    }


class AddPersonPage(ClinicPageMixin, FreshSignInMixin, TemplateView):
    permission_required = ADD
    title = "Add person"
    template_name = "medspa/people/add.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"form": PersonForm(), **kwargs}
        trail = [(reverse("people"), "People")]
        return super().get_context_data(
            breadcrumbs_trail=trail, is_email_set_up=is_email_set_up(), **context
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PersonForm(request.POST)
        known = None
        if form.is_valid():
            try:
                person = self._invite(form)
            except inviting.InviteRefused as refusal:
                known = refusal.known
                form.add_error("email", refusal.sentence)
            except ValidationError as refusal:
                form.add_error(None, sentence_of(refusal))
            else:
                messages.success(request, f"{inviting.name_of(person)} was invited.")
                return redirect("person", person.pk)
        context = self.get_context_data(form=form, known=known)
        return self.render_to_response(context, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def _invite(self, form: PersonForm) -> User:
        return inviting.invite(
            form.new_person,
            person_of(self.request),
            site_address(self.request),
            form.extra,
        )


class PersonPage(ClinicPageMixin, FreshSignInMixin, TemplateView):
    is_asked_to_read = False
    permission_required = SEE
    template_name = "medspa/people/person.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = find_row(self.kwargs["person_id"])
        self.title = row.name
        person, base = row.person, site_address(self.request)
        may_change = may_change_person(self.request, person)
        never_accepted = not person.may_sign_in and not person.has_usable_password()
        context = {"form": EditPersonForm(None, person), **kwargs}
        return super().get_context_data(
            row=row,
            state=row.state.name,
            may_change=may_change,
            is_oneself=person.pk == self.request.user.pk,
            never_accepted=never_accepted,
            belongings=leaving.belongings_of(person)
            if row.state == PersonState.DEACTIVATED
            else (),
            email_help=INVITE_THERE if never_accepted else CONFIRM_FIRST,
            reset_address=self.request.session.pop(f"reset {person.pk}", ""),
            steps=changes.second_steps_of(person),
            needs_two_step=needs_second_step(person),
            signed_in=signed_in.where_signed_in(
                person, self.request.session.session_key
            ),
            links=self._links(row, base) if may_change else {},
            breadcrumbs_trail=[(reverse("people"), "People")],
            **mail_state([row]),
            **context,
        )

    def _links(self, row: PersonRow, base: str) -> dict[str, str]:
        """Their addresses, where no email brings them to the person."""
        if is_email_set_up():
            return {}
        links = [link for link in (row.invitation, row.email_change) if link]
        return {link.kind: address_of(link, base) for link in links if link.is_usable}

    def post(self, request: HttpRequest, person_id: str) -> HttpResponse:
        person = changeable_person(request, person_id)
        form = EditPersonForm(request.POST, person)
        if form.is_valid():
            try:
                told = self._save(form, person)
            except FORM_REFUSALS as refusal:
                form.add_error(None, sentence_of(refusal))
            else:
                messages.success(request, told)
                return redirect("person", person_id)
        context = self.get_context_data(form=form)
        return self.render_to_response(context, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def _save(self, form: EditPersonForm, person: User) -> str:
        by, base = person_of(self.request), site_address(self.request)
        link = editing.edit(person, form.edit, by, base)
        if link is None:
            return "Saved."
        if link.kind == LinkKind.INVITATION:
            return f"Saved. The invitation now goes to {link.email}."
        return f"Saved. {link.email} is used once it is confirmed."


def find_row(person_id: str) -> PersonRow:
    rows = rows_of(User.objects.filter(pk=person_id))
    if not rows:
        raise Http404("This person doesn't exist.")
    return rows[0]


def person_of(request: HttpRequest) -> User:
    person: Any = request.user
    return person


def may_change_person(request: HttpRequest, person: User) -> bool:
    """A superuser may do more than an administrator, who can't become one so."""
    may = request.user.has_perm(CHANGE)
    return may and (person_of(request).is_superuser or not person.is_superuser)


def changeable_person(request: HttpRequest, person_id: str) -> User:
    person = User.objects.filter(pk=person_id).first()
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    if person is None:
        raise Http404("This person doesn't exist.")
    if not may_change_person(request, person):
        raise PermissionDenied
    return person


def act(
    do: Callable[[HttpRequest, User], str],
) -> Callable[[HttpRequest, str], HttpResponse]:
    """A view of a button of a person's page; `do` returns what was done in words."""

    @require_POST
    @permission_required(CHANGE, raise_exception=True)
    @fresh_sign_in_required
    def view(request: HttpRequest, person_id: str) -> HttpResponse:
        person = changeable_person(request, person_id)
        try:
            messages.success(request, do(request, person))
        except FORM_REFUSALS as refusal:
            return redirect_refused(request, refusal, "person", person_id)
        return redirect("person", person_id)

    return view


@act
def send_invitation(request: HttpRequest, person: User) -> str:
    inviting.send_invitation(person, person_of(request), site_address(request))
    return f"A new invitation goes to {person.email}. Earlier links no longer work."


@act
def cancel_invitation(request: HttpRequest, person: User) -> str:
    inviting.cancel_invitation(person)
    return "Invitation canceled. Its link no longer works."


@act
def cancel_email_change(request: HttpRequest, person: User) -> str:
    person.cancel_email_change()
    return "Canceled. The email stays as it is."


@act
def send_password_reset(request: HttpRequest, person: User) -> str:
    if not person.may_sign_in:
        raise Refused("Reactivate this person first.")
    if is_email_set_up() and not person.email:
        raise Refused("Add an email first: the link is sent there.")
    person.note(PASSWORD_LINK_SENT)
    if is_email_set_up():
        queue_password_reset(person.email, site_address(request))
        return f"A link to choose a new password goes to {person.email}."
    address = reset_address(person, site_address(request))
    request.session[f"reset {person.pk}"] = address
    return "Share the link below. It works once, for one hour."


@act
def reset_two_step(request: HttpRequest, person: User) -> str:
    if person.pk == request.user.pk:
        raise Refused("Change your own two-step sign-in on the page of your account.")
    changes.reset(person)
    return f"{inviting.name_of(person)} can sign in with the password alone, once."


@act
def sign_out(request: HttpRequest, person: User) -> str:
    """From one device (`session`), or everywhere."""
    name = inviting.name_of(person)
    if key := request.POST.get("session", ""):
        changes.end_session(person, key)
        return f"{name} is signed out there."
    own = request.session.session_key if person.pk == request.user.pk else None
    changes.end_sessions(person, own)
    return f"{name} is signed out everywhere{' else' if own else ''}."


@act
def reactivate(request: HttpRequest, person: User) -> str:
    leaving.reactivate(person)
    return f"{inviting.name_of(person)} can sign in again."


class DeactivatePage(ClinicPageMixin, FreshSignInMixin, TemplateView):
    """Asks who takes over; for somebody who is deactivated, what was left."""

    permission_required = CHANGE
    template_name = "medspa/people/deactivate.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = changeable_person(self.request, self.kwargs["person_id"])
        belongings = leaving.belongings_of(person)
        form = DeactivateForm(None, person, is_asked=bool(belongings))
        name = inviting.name_of(person)
        self.title = "Deactivate" if person.may_sign_in else "Hand over"
        trail = [
            (reverse("people"), "People"),
            (reverse("person", args=[person.pk]), name),
        ]
        context = {"form": form, **kwargs}
        return super().get_context_data(
            person=person,
            name=name,
            belongings=belongings,
            breadcrumbs_trail=trail,
            **context,
        )

    def post(self, request: HttpRequest, person_id: str) -> HttpResponse:
        person = changeable_person(request, person_id)
        is_asked = bool(leaving.belongings_of(person))
        form = DeactivateForm(request.POST, person, is_asked=is_asked)
        if form.is_valid():
            try:
                told = self._leave(person, form.receiver)
            except FORM_REFUSALS as refusal:
                form.add_error(None, sentence_of(refusal))
            else:
                messages.success(request, told)
                return redirect("person", person_id)
        context = self.get_context_data(form=form)
        return self.render_to_response(context, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def _leave(self, person: User, to: User | None) -> str:
        name = inviting.name_of(person)
        if not person.may_sign_in:
            leaving.hand_over(person, to)
            return f"Everything of {name} was handed over."
        leaving.deactivate(person, person_of(self.request), to)
        return f"{name} was deactivated and is signed out everywhere."


class RolesPage(ClinicPageMixin, TemplateView):
    """The one table of who may do what, to read."""

    permission_required = "auth.view_group"
    title = "Roles"
    template_name = "medspa/people/roles.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = [
            (
                item.name[:1].upper() + item.name[1:],
                [role in item.roles for role in ROLES],
            )
            for item in CAPABILITIES
        ]
        return super().get_context_data(
            roles=[(role, ROLE_WORDS[role]) for role in ROLES],
            rows=rows,
            breadcrumbs_trail=[(reverse("people"), "People")],
            **kwargs,
        )
