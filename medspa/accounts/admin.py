"""The admin pages of people and roles."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from medspa.accounts.models import User
from medspa.roles import ADMINISTRATOR, CAPABILITIES
from medspa.web.clinic_admin import ClinicAdmin, VisibleRowsMixin
from medspa.web.filters import OfferedFiltersMixin

# Registered again below, as a role that is only read.
admin.site.unregister(Group)


class PersonForm(UserChangeForm):
    class Meta(UserChangeForm.Meta):
        widgets: ClassVar[Any] = {"groups": UnfoldAdminCheckboxSelectMultipleWidget}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["is_staff"] = self.instance.may_sign_in

    def clean_is_staff(self) -> bool:
        """Django's second switch, "active", always stands like this one."""
        may_sign_in: bool = self.cleaned_data["is_staff"]
        self.instance.is_active = may_sign_in
        return may_sign_in

    def clean_groups(self) -> Any:
        roles = self.cleaned_data["groups"]
        if ADMINISTRATOR not in {role.name for role in roles}:
            self.instance.require_another_administrator()
        return roles


class MaySignInFilter(admin.SimpleListFilter):
    title = "can sign in"
    parameter_name = "may_sign_in"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, people: Any) -> Any:
        allowed = User.objects.may_sign_in().values("pk")
        match self.value():
            case "yes":
                return people.filter(pk__in=allowed)
            case "no":
                return people.exclude(pk__in=allowed)
        return people


@admin.register(User)
class PersonAdmin(UserAdmin, ClinicAdmin):  # type: ignore[misc]
    form = PersonForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "first_name", "last_name", "roles", "may_sign_in"]
    list_filter = ["groups", MaySignInFilter]
    search_fields = ["username", "first_name", "last_name", "email"]
    ordering = ["username"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Name", {"fields": ["first_name", "last_name", "email"]}),
        ("Access", {"fields": ["is_staff", "groups"]}),
        ("Activity", {"fields": ["last_login", "date_joined"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="can sign in", boolean=True)
    def may_sign_in(self, person: User) -> bool:
        return person.may_sign_in

    @admin.display(description="roles")
    def roles(self, person: User) -> str:
        names = [group.name for group in person.groups.all()]
        return ", ".join(names) or ("Everything" if person.is_superuser else "–")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A superuser may do more than an administrator, who can't become one so."""
        is_above = (
            obj is not None and obj.is_superuser and not request.user.is_superuser
        )
        return not is_above and super().has_change_permission(request, obj)

    def _changeable(self, request: HttpRequest, row: Any) -> list[str]:
        """Who may sign in is changed by the form, never by half."""
        names = super()._changeable(request, row)
        return [name for name in names if name not in ("is_active", "is_staff")]

    def save_model(
        self, request: HttpRequest, obj: User, form: Any, change: bool
    ) -> None:
        # The roles are saved after the row: one row of history shows both.
        if change:
            obj.skip_history_when_saving = True  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        if change:
            del form.instance.skip_history_when_saving
            form.instance.save()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People are never deleted: history rows refer to them. They are shut out."""
        return False


@admin.register(Group)
class RoleAdmin(VisibleRowsMixin, OfferedFiltersMixin, ModelAdmin):
    """Roles are read-only here: `medspa.roles` says what each may do."""

    list_display = ["name"]
    fields = ["name", "what_it_may_do"]
    readonly_fields = ["name", "what_it_may_do"]

    @admin.display(description="permissions")
    def what_it_may_do(self, role: Group) -> str:
        names = [item.name for item in CAPABILITIES if role.name in item.roles]
        return "; ".join(names) or "No permissions"

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        return super().changelist_view(request, {"title": "Roles"})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
