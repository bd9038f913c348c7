// The stage: cards that wait for their turn, and cards that are up. Each stays long enough to be
// read; while others wait it goes as soon as it has been. Nothing is ever cut off by the edge.

const SHORTEST = 8000;
const PER_CHARACTER = 120;
const LONGEST = 20000;
// While others wait: time to read it once.
const ONCE = 3000;
const ONCE_PER_CHARACTER = 70;
const ONCE_LONGEST = 9000;
const QUEUE = 8;
const FADE = 420;
const TICK = 250;

export function stage(place, { most = 3, hold = 1 } = {}) {
  const waiting = [];
  let up = [];
  let leaving = 0;

  function leave(one) {
    up = up.filter((other) => other !== one);
    one.card.classList.add("leaving");
    leaving += 1;
    setTimeout(() => {
      one.card.remove();
      leaving -= 1;
      tick();
    }, FADE);
  }

  const room = () => {
    const frame = getComputedStyle(place.parentElement);
    return place.parentElement.clientHeight - parseFloat(frame.paddingTop) - parseFloat(frame.paddingBottom);
  };
  const height = () => up.reduce((sum, one) => sum + one.card.offsetHeight, 0)
    + Math.max(0, up.length - 1) * (parseFloat(getComputedStyle(place).rowGap) || 0);

  function put(one) {
    place.append(one.card);
    up.push(one);
    if (height() > room() && up.length === 1) one.card.classList.add("tight");
    if (height() > room() && up.length > 1) {
      up.pop();
      one.card.remove();
      return false;
    }
    const length = one.card.textContent.length;
    one.at = performance.now();
    one.until = one.at + hold * Math.min(SHORTEST + length * PER_CHARACTER, LONGEST);
    one.once = one.at + hold * Math.min(ONCE + length * ONCE_PER_CHARACTER, ONCE_LONGEST);
    return true;
  }

  function tick() {
    const now = performance.now();
    for (const one of [...up]) if (now >= one.until) leave(one);
    // One goes, then one comes: the eye can follow, and the place of the first is free.
    if (leaving) return;
    while (waiting.length && up.length < most && put(waiting[0])) waiting.shift();
    if (waiting.length && up.length && now >= up[0].once) leave(up[0]);
  }

  setInterval(tick, TICK);
  return {
    // one: {card, weight}; the least asked of those that wait too long a line is not shown.
    show(one) {
      waiting.push(one);
      if (waiting.length > QUEUE) {
        const least = waiting.reduce((low, other) => (other.weight < low.weight ? other : low));
        waiting.splice(waiting.indexOf(least), 1);
      }
      tick();
    },
  };
}
