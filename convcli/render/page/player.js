/* Stepping through the output elements, by hand or by the clock. */

function playerOf(size, { choose, playing }) {
  let timer = null;
  let [position, pause] = [0, 1000];

  function go(number) {
    position = Math.min(Math.max(number, 0), size - 1);
    choose(position);
  }

  function stop() {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    playing(false);
  }

  function tick() {
    if (position + 1 >= size) stop();
    else go(position + 1);
  }

  function start() {
    if (position + 1 >= size) go(0);
    clearInterval(timer);
    timer = setInterval(tick, pause);
    playing(true);
  }

  return {
    stop,
    go(number) {
      stop();
      go(number);
    },
    /** The element that was chosen otherwise. */
    at(number) {
      position = number;
    },
    by(steps) {
      this.go(position + steps);
    },
    toggle: () => (timer === null ? start() : stop()),
    get isPlaying() {
      return timer !== null;
    },
    set pause(milliseconds) {
      pause = milliseconds;
      if (timer !== null) start();
    },
  };
}
