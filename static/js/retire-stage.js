// Retiring a stage with very many leads continues by itself, part by part.
import "./submit-once.js";

const form = document.querySelector(".retire form");
if (form && "goesOn" in form.dataset) form.requestSubmit();
