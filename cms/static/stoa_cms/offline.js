// Asks the browser to keep the page that is shown without a connection.
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/sw.js").catch(() => {});
}
