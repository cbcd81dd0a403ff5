// Counting media: the number field stays ready for the next one, and where the browser reads codes, the camera types.
"use strict";
(() => {
  const form = document.getElementById("counting");
  const mark = document.getElementById("mark");
  const button = document.getElementById("camera");
  const view = document.getElementById("view");
  const EVERY = 250, AGAIN = 4000;
  let stream = null, timer = 0, last = "", lastAt = 0, waiting = false;

  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.target !== form) return;
    waiting = false;
    if (event.detail.successful) mark.value = "";
    if (!stream) mark.focus();
  });

  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  button.hidden = false;

  async function look() {
    if (waiting || view.readyState < 2) return;
    const found = await detector.detect(view).catch(() => []);
    const read = found.length ? found[0].rawValue : "";
    const now = Date.now();
    if (!read || (read === last && now - lastAt < AGAIN)) return;
    [last, lastAt, waiting] = [read, now, true];
    mark.value = read;
    form.requestSubmit();
    if (navigator.vibrate) navigator.vibrate(60);
  }

  function stop() {
    clearInterval(timer);
    if (stream) stream.getTracks().forEach((track) => track.stop());
    stream = null;
    view.hidden = true;
    button.setAttribute("aria-pressed", "false");
  }

  button.addEventListener("click", async () => {
    if (stream) { stop(); return; }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      document.getElementById("no-camera").hidden = false;
      return;
    }
    view.srcObject = stream;
    view.hidden = false;
    await view.play();
    button.setAttribute("aria-pressed", "true");
    timer = setInterval(look, EVERY);
  });
  window.addEventListener("pagehide", stop);
})();
