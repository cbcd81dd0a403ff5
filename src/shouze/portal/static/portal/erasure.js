// The secret of a link stands behind its "#", which is sent nowhere: it goes into the form, and back into the address.
const known = document.querySelector("#known"), field = document.querySelector("#id_secret");
const back = document.querySelector("form input[name=back]");

if (known) history.replaceState(null, "", `/erasure#${known.value}`);
else if (field && location.hash.length > 1) {
  field.value = location.hash.slice(1);
  field.form.requestSubmit();
}
if (back && location.hash.length > 1) back.value = `/erasure${location.hash}`;
