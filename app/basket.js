// Keeps the basket in step with the server. Runs inside Gradio's HTML component, which gives
// `server` with `basket`. Changes go one after the other; each is answered with the basket as it is
// then, and that is what the page shows.
const { read, write, hooks, tell, show } = window.regioplan;
const NUMBER = 'regioplan-basket-number';
let last = Promise.resolve(), waiting = 0, known = read('basket');

function opened() {
  try { return Number(localStorage.getItem(NUMBER)) || null; } catch { return null; }
}

function remember(number) {
  try {
    if (number) localStorage.setItem(NUMBER, number); else localStorage.removeItem(NUMBER);
  } catch { /* private */ }
}

async function step(wish) {
  try {
    const answer = await server.basket({ number: opened(), kept: read('basket'), ...wish });
    if (answer.notice) tell(answer.notice);
    if (answer.ids) {
      known = answer.ids;
      remember(answer.number);
      show(answer.html);
    }
  } catch { tell(FAILED); }
  waiting -= 1;
  // After a failure too: nothing is to look as if it was kept. While others wait, theirs counts.
  if (!waiting) write('basket', known);
}

hooks.basket = wish => {
  waiting += 1;
  last = last.then(() => step(wish));
};
// What was collected before baskets were kept on the server moves there.
const older = opened() === null ? known : [];
hooks.basket(older.length ? { do: 'put', ids: older } : { do: 'show' });
hooks.early.splice(0).forEach(hooks.basket);
