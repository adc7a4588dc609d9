// Puts a web form in the place of its script on another website, in a frame that is as
// high as the form. The page's own campaign and click parameters go along; nothing is
// stored in the browser.

(() => {
  const CARRIED = [
    "utm_source", "utm_medium", "utm_campaign",
    "gclid", "gbraid", "wbraid", "fbclid", "msclkid", "ttclid",
  ];
  const script = document.currentScript;
  const address = new URL("./", script.src);
  const here = new URLSearchParams(window.location.search);
  address.searchParams.set("embed", "1");
  for (const name of CARRIED) {
    if (here.get(name)) address.searchParams.set(name, here.get(name));
  }

  const frame = document.createElement("iframe");
  frame.src = address.href;
  frame.title = script.dataset.title || "Contact form";
  frame.style.cssText = "width:100%;height:640px;border:0;color-scheme:normal";
  script.after(frame);

  window.addEventListener("message", (event) => {
    const isOurs = event.source === frame.contentWindow && event.origin === address.origin;
    const height = isOurs && event.data && Number(event.data.webFormHeight);
    if (height > 0 && height < 10000) frame.style.height = `${Math.ceil(height)}px`;
  });
})();
