// Today: the lead page's keys and menus, calls from a row, and adding a lead.
import "./lead.js";
import "./row-actions.js";
import "./sheet.js";
