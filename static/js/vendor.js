// The libraries without modules of their own, as names to import.
// htmx is loaded by every page of the admin theme, before any module runs.
import "../vendor/sortable/Sortable.min.js";

export const { htmx, Sortable } = window;
