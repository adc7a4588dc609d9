// The board: each module adds one thing to a page that works by links and forms.
import "./controls.js";
import "./moves.js";
import "./move-dialog.js";
import "./calls.js";
import "./drag.js";
import "./keys.js";
import "./figures.js";
import "./live.js";
import "./added.js";
import "../sheet.js";
