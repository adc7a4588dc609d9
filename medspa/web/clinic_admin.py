"""The base of every admin page: soft deletion, history pages, money fields, merging."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from unfold.admin import ModelAdmin
from unfold.decorators import action
from unfold.widgets import UnfoldAdminTextInputWidget

from medspa.audit.views import HistoryAdmin, admin_url
from medspa.encryption.fields import EncryptedField
from medspa.web.add_once import AddOnceMixin
from medspa.web.conflicts import ConflictForm, inputs_to_resend
from medspa.web.filters import OfferedFiltersMixin
from medspa.web.forms.fields import clinic_formfield, with_unit
from medspa.web.paging import BoundedPaginator
from medspa.web.refusals import sentence_of

# The theme's has 26 classes, once for each row of a list.
ROW_CHECKBOX = forms.CheckboxInput(
    {"class": "action-select", "aria-label": "Select"}, lambda value: False
)


class DeletedFilter(admin.SimpleListFilter):
    """Rows that are not deleted, or only the deleted ones."""

    title = "deleted"
    parameter_name = "deleted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Deleted")]

    def choices(self, changelist: Any) -> Any:
        first, *rest = super().choices(changelist)
        return [first | {"display": "Not deleted"}, *rest]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.deleted() if self.value() == "yes" else queryset.active()


class FewFormsMixin:
    """An inline with few rows: a forged number of forms can't keep the server busy."""

    most_forms = 50

    def get_formset(
        self, request: HttpRequest, obj: Any = None, **kwargs: Any
    ) -> type[BaseInlineFormSet]:
        # Django's own limit is a thousand, which takes seconds to render.
        limit = {"absolute_max": self.most_forms}
        return super().get_formset(request, obj, **limit | kwargs)  # type: ignore[misc]


class HundredthsMixin:
    """Columns of cents and basis points are entered as dollars and percent."""

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> Any:
        if (form_class := clinic_formfield(db_field.name)) is None:
            return super().formfield_for_dbfield(  # type: ignore[misc]
                db_field, request, **kwargs
            )
        label = with_unit(str(db_field.verbose_name), db_field.name)
        return form_class(
            label=label[:1].upper() + label[1:],
            required=not db_field.blank and not db_field.has_default(),
            initial=db_field.default if db_field.has_default() else None,
            help_text=db_field.help_text,
            widget=UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"}),
        )


class VisibleRowsMixin:
    """Rows that the person may not open are on no page: see each model's `visible_to`.

    List, form, history and the search of other forms all read this queryset.
    """

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)  # type: ignore[misc]
        return rows.visible_to(request.user) if hasattr(rows, "visible_to") else rows

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """An empty `_to_field` in the address is none; Django looks for that field."""
        return super().get_object(request, object_id, from_field or None)  # type: ignore[misc]


class ReadOnlyMixin:
    """Nobody adds, changes or deletes rows here.

    For facts, which only their services write: a plain form lacks their checks.
    """

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ClinicAdmin(
    VisibleRowsMixin,
    OfferedFiltersMixin,
    HundredthsMixin,
    AddOnceMixin,
    HistoryAdmin,
    ModelAdmin,
):
    """What all our admin pages have in common."""

    form = ConflictForm
    paginator: ClassVar[Any] = BoundedPaginator
    show_full_result_count = False
    list_fullwidth = True
    list_per_page = 50
    list_filter_sheet = True
    warn_unsaved_form = True
    compressed_fields = True
    change_form_before_template = "medspa/_row_key.html"
    formfield_overrides: ClassVar[Any] = {
        EncryptedField: {"widget": UnfoldAdminTextInputWidget}
    }

    @admin.display(description=ModelAdmin.action_checkbox.short_description)
    def action_checkbox(self, obj: models.Model) -> str:
        return ROW_CHECKBOX.render(ACTION_CHECKBOX_NAME, str(obj.pk))

    # Choices ----------------------------------------------------------------

    def formfield_for_choice_field(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Nothing is chosen beforehand but a default."""
        kwargs.setdefault(
            "choices",
            db_field.get_choices(
                include_blank=db_field.blank or not db_field.has_default(),
                blank_choice=[("", _nothing_chosen(db_field))],
            ),
        )
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if getattr(field, "empty_label", None):
            field.empty_label = _nothing_chosen(db_field)
        return field

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Without the menu beside a related row: that has a page of its own."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(getattr(field, "widget", None), RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget
        return field

    # Words ------------------------------------------------------------------

    def changelist_view(
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(
            request, {"title": title, **(extra_context or {})}
        )

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """Django's own leads away from the list, and shows the id."""
        told = f"This {opts.verbose_name} doesn't exist. It may have been deleted."
        self.message_user(request, told, messages.WARNING)
        return redirect(admin_url(self.opts, "changelist"))

    def render_change_form(
        self, request: HttpRequest, context: Any, add: bool = False, **kwargs: Any
    ) -> HttpResponse:
        if clashing := _clashing_forms(context):
            return self._conflict_screen(request, context, clashing)
        verb = "Add" if add else "Edit"
        context["title"] = f"{verb} {self.opts.verbose_name}"
        context["show_history"] = self.may_read_history(request)
        return super().render_change_form(request, context, add=add, **kwargs)

    # Soft deletion ----------------------------------------------------------

    @property
    def is_soft_deletable(self) -> bool:
        return hasattr(self.model, "deleted_at")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is deleted is restored before it is changed."""
        return not _is_deleted(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_deleted(obj) and super().has_delete_permission(request, obj)

    def get_list_filter(self, request: HttpRequest) -> Any:
        filters = tuple(super().get_list_filter(request))
        return (*filters, DeletedFilter) if self.is_soft_deletable else filters

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        if not self.is_soft_deletable:
            actions.pop("restore_selected", None)
        if not self.may_delete_many(request):
            actions.pop("delete_selected", None)
        return actions

    def may_delete_many(self, request: HttpRequest) -> bool:
        return self.has_delete_permission(request)

    def may_restore(self, request: HttpRequest) -> bool:
        return self.has_delete_permission(request)

    def has_restore_permission(self, request: HttpRequest) -> bool:
        return self.may_restore(request)

    actions: ClassVar[Any] = ["restore_selected"]

    @action(description="Restore selected", permissions=["restore"])
    def restore_selected(self, request: HttpRequest, queryset: Any) -> None:
        restored = 0
        for row in queryset.deleted():
            try:
                self.restore(row)
                restored += 1
            except ValidationError as error:
                self.message_user(
                    request, f"{row}: {sentence_of(error)}", messages.ERROR
                )
        self.message_user(request, f"{restored} restored.", messages.SUCCESS)

    def restore(self, row: Any) -> None:
        row.restore()

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What a deletion would delete: only the chosen rows, since it is soft."""
        if not self.is_soft_deletable:
            return super().get_deleted_objects(objs, request)
        rows = [str(row) for row in objs[:100]]
        count = len(objs) if isinstance(objs, list) else objs.count()
        return rows, {str(self.opts.verbose_name_plural): count}, set(), []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        try:
            obj.delete()
        except ValidationError as error:
            request.deletion_refused = error  # type: ignore[attr-defined]

    def response_delete(
        self, request: HttpRequest, obj_display: str, obj_id: str
    ) -> HttpResponse:
        refused = getattr(request, "deletion_refused", None)
        if refused is None:
            return super().response_delete(request, obj_display, obj_id)
        self.message_user(request, sentence_of(refused), messages.ERROR)
        return redirect(self._address("change", obj_id))

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        refusals = []
        for row in queryset:
            try:
                row.delete()
            except ValidationError as error:
                refusals += error.messages
        for sentence in refusals:
            self.message_user(request, sentence, messages.ERROR)

    # Saving -----------------------------------------------------------------

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Lock the row while a form for it is validated and saved."""
        found = super().get_object(request, object_id, from_field)
        if found and request.method == "POST":
            connection = transaction.get_connection()
            if connection.in_atomic_block:
                self.model._base_manager.select_for_update(no_key=True).filter(
                    pk=found.pk
                ).first()
                found.refresh_from_db()
        return found

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A form of a list of fields also carries what its person has seen."""
        fields = [*super().get_fields(request, obj)]
        is_changed = obj is not None and self.has_change_permission(request, obj)
        return [*fields, "seen_history"] if self.fields and is_changed else fields

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        if "seen_history" not in form.base_fields and obj is not None:
            form.base_fields["seen_history"] = ConflictForm.base_fields["seen_history"]
        return form

    def save_related(
        self, request: HttpRequest, form: Any, formsets: Any, change: bool
    ) -> None:
        super().save_related(request, form, formsets, change)
        for saved in _conflict_forms(form, formsets):
            if saved.reconciled.taken:
                for sentence in saved.reconciled.sentences:
                    self.message_user(request, f"{sentence} That is kept.")

    def _conflict_screen(
        self, request: HttpRequest, context: Any, some_forms: list[ConflictForm]
    ) -> HttpResponse:
        context |= {
            "title": "Changed by someone else",
            "what": self.opts.verbose_name,
            "told": [line for form in some_forms for line in form.reconciled.sentences],
            "conflicts": [
                conflict
                for form in some_forms
                for conflict in form.reconciled.conflicts
            ],
            "inputs": inputs_to_resend(request.POST, some_forms),
        }
        return render(request, "medspa/conflict.html", context)


def _nothing_chosen(db_field: models.Field) -> str:
    return "None" if db_field.blank else "Choose…"


def _is_deleted(row: Any) -> bool:
    return row is not None and getattr(row, "is_deleted", False)


def _conflict_forms(form: Any, formsets: Any) -> list[ConflictForm]:
    all_forms = [form, *(inner for formset in formsets for inner in formset.forms)]
    return [found for found in all_forms if isinstance(found, ConflictForm)]


def _clashing_forms(context: Any) -> list[ConflictForm]:
    """All forms of the page if at least one of them has a conflict to resolve."""
    if "adminform" not in context:
        return []
    inner = [
        admin_formset.formset for admin_formset in context["inline_admin_formsets"]
    ]
    found = _conflict_forms(context["adminform"].form, inner)
    return found if any(form.reconciled.conflicts for form in found) else []
