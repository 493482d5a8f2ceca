// A page that answers a form (a preview, a list of errors) is remembered as if its address had been opened: going back to
// it or loading it anew shows the form again instead of the browser's own question whether to send it twice.

export function forgetSending(root) {
  if (root.body.hasAttribute("data-opened-again")) history.replaceState(history.state, "", location.href);
}
