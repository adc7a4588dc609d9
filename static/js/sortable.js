// SortableJS has no module of its own; here it is a name to import.
import "../vendor/sortable/Sortable.min.js";

export const Sortable = window.Sortable;
