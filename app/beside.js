// The activities this browser remembers, side by side. Runs inside Gradio's HTML component, which
// gives `element` and `server` with `beside`.
let drawn = null;

async function draw() {
  const ids = window.regioplan.read('beside');
  const wanted = ids.join();
  if (wanted === drawn || !element.offsetParent) return;  // hidden: drawn when it is seen
  drawn = wanted;
  const html = await server.beside(ids);
  if (drawn === wanted) element.querySelector('.rp-panel').innerHTML = html;
}

window.addEventListener('regioplan-beside', draw);
// A margin, as it should be there before somebody scrolls to it.
new IntersectionObserver(seen => { if (seen[0].isIntersecting) draw(); },
  { rootMargin: '3000px' }).observe(element);
