// What every card on the page can do: copy its citation, go into the basket, stand beside others.
// The comparison is kept in this browser alone; of the basket it remembers what the server said.
window.regioplan = (() => {
  const MOST = { beside: 3 };
  // Set by the page as soon as it can do that: `open` counterparts, keep the `basket`. `early` are
  // changes of the basket from before.
  const hooks = { open: null, basket: null, early: [] };

  function read(name) {
    try {
      const kept = JSON.parse(localStorage.getItem('regioplan-' + name));
      return Array.isArray(kept) ? kept.filter(id => /^[0-9a-f]{16}$/.test(id)) : [];
    } catch { return []; }
  }

  function write(name, ids) {
    try { localStorage.setItem('regioplan-' + name, JSON.stringify(ids)); } catch { /* private */ }
    window.dispatchEvent(new CustomEvent('regioplan-' + name, { detail: ids }));
    paint();
  }

  function toggle(name, id) {
    const ids = read(name), there = ids.includes(id);
    const changed = there ? ids.filter(other => other !== id) : [...ids, id];
    write(name, name in MOST ? changed.slice(-MOST[name]) : changed);  // the oldest makes room
    if (name === 'basket') keep({ do: there ? 'take' : 'put', ids: [id] });
  }

  function keep(wish) {
    if (hooks.basket) hooks.basket(wish); else hooks.early.push(wish);
  }

  // The basket as HTML: drawn wherever the page shows it.
  let html = '';
  function show(basket) {
    html = basket;
    window.dispatchEvent(new Event('regioplan-shown'));
  }

  // A notice over whatever tab is open.
  function tell(text) {
    document.querySelector('.rp-notice')?.remove();
    const notice = Object.assign(document.createElement('p'), { className: 'rp-notice', role: 'alert' });
    document.body.append(notice);
    notice.textContent = text;
    setTimeout(() => notice.remove(), 8000);
  }

  function paint() {
    for (const name of ['basket', 'beside']) {
      const ids = read(name);
      document.querySelectorAll(`[data-${name}]`).forEach(button => {
        const pressed = String(ids.includes(button.dataset[name]));
        if (button.getAttribute('aria-pressed') !== pressed) {
          button.setAttribute('aria-pressed', pressed);
        }
      });
      document.querySelectorAll(`[data-count=${name}]`).forEach(place => {
        if (place.textContent !== String(ids.length)) place.textContent = ids.length;
      });
    }
  }

  // The address bar always holds what is shown; other pages of ours are left alone.
  function address(query) {
    const wanted = new URLSearchParams(query);
    const now = new URLSearchParams(location.search);
    for (const name of ['tab', 'id']) if (now.has(name)) wanted.set(name, now.get(name));
    go(wanted);
  }

  function go(parameters) {
    const query = parameters.toString();
    const next = location.pathname + (query ? '?' + query : '');
    if (next !== location.pathname + location.search) history.replaceState(null, '', next);
  }

  function tab(name, id) {
    const now = new URLSearchParams(location.search);
    if (name === 'search') now.delete('tab'); else now.set('tab', name);
    if (id) now.set('id', id); else if (name !== 'similar') now.delete('id');
    go(now);
  }

  // Opens the counterparts of an activity.
  // The focus goes along, or the keys would begin again at the top of the page.
  let left = null;
  function source() { return document.querySelector('#compared .rp-source'); }
  function similar(id) {
    if (!hooks.open) return false;
    left = { source: source() };
    hooks.open(id);
    tab('similar', id);
    return true;
  }

  function arrive() {
    const there = source();
    if (!left || !there || there === left.source || !there.offsetParent) return;
    left = null;
    there.tabIndex = -1;
    there.focus();
  }

  async function copy(button) {
    const text = button.dataset.copy;
    try { await navigator.clipboard.writeText(text); } catch {
      const field = Object.assign(document.createElement('textarea'), { value: text });
      document.body.append(field);
      field.select();
      document.execCommand('copy');
      field.remove();
    }
    const before = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = before; }, 2000);
  }

  // Gradio writes some English past its lists of words: labels and tool tips anywhere, and texts
  // in its own messages and menus. Nothing of a plan stands in those.
  const SHOWN = NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT;
  const SPOKEN = ['aria-label', 'title', 'placeholder'];
  const OWN = '[class*=toast], [class*=filter-], .cell-menu, .progress-text, .meta-text, ' +
    '.meta-text-center, .progress-level-inner, .error';

  function said(text) {
    const words = text.trim();
    if (Object.hasOwn(WIDGET_WORDS.whole, words)) return WIDGET_WORDS.whole[words];
    const start = Object.keys(WIDGET_WORDS.begun).find(begin => text.trimStart().startsWith(begin));
    if (!start) return null;
    const latvian = WIDGET_WORDS.begun[start];
    return latvian.endsWith(' ') ? text.replace(start, latvian) : latvian;
  }

  function speakIn(node) {
    if (node.nodeType === Node.TEXT_NODE) {
      const words = node.parentElement?.closest(OWN) ? said(node.data) : null;
      if (words !== null) node.data = words;
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      for (const name of SPOKEN) {
        const words = node.hasAttribute(name) ? said(node.getAttribute(name)) : null;
        if (words !== null) node.setAttribute(name, words);
      }
    }
  }

  function speak(changes) {
    for (const change of changes) {
      speakIn(change.target);
      for (const node of change.addedNodes) {
        speakIn(node);
        const inside = document.createTreeWalker(node, SHOWN);
        while (inside.nextNode()) speakIn(inside.currentNode);
      }
    }
  }

  document.addEventListener('click', event => {
    const target = event.target.closest('[data-copy], [data-basket], [data-beside], [data-similar], a[hreflang]');
    if (!target) return;
    const { copy: text, basket, beside, similar: id } = target.dataset;
    if (text !== undefined) copy(target);
    else if (basket) toggle('basket', basket);
    else if (beside) toggle('beside', beside);
    else if (target.hreflang) target.href = target.getAttribute('href').split('?')[0] + location.search;
    else if (!event.ctrlKey && !event.metaKey && similar(id)) event.preventDefault();
  });
  new MutationObserver(() => { paint(); arrive(); })
    .observe(document, { childList: true, subtree: true, attributeFilter: ['style', 'class'] });
  if (WIDGET_WORDS) new MutationObserver(speak).observe(document, { childList: true, subtree: true,
    characterData: true, attributes: true, attributeFilter: SPOKEN });
  window.addEventListener('storage', event => {  // another window of the same browser
    const name = (event.key || '').replace('regioplan-', '');
    if (name === 'basket') { paint(); keep({ do: 'show' }); }
    else if (name in MOST) write(name, read(name));
  });
  return { read, write, address, tab, hooks, tell, show, shown: () => html };
})();
