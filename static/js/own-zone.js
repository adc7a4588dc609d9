// A first visit: the clinic is most likely where this computer's clock is.
const zones = document.querySelector("[name=time_zone]");
const form = zones.form;
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const wasSent = form.querySelector("[role=alert]");
if (!wasSent && [...zones.options].some((option) => option.value === own)) {
  zones.value = own;
}
