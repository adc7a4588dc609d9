// htmx is loaded by every page, before any module runs; here it is a name to import.
export const htmx = window.htmx;
