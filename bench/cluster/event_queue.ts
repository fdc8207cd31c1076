/** What happens at times: the earliest first, of those at one time the first that was added. */
export class EventQueue<T> {
  readonly #heap: { time: number; order: number; event: T }[] = [];
  #added = 0;

  /** Adds what happens at a time. */
  add(time: number, event: T): void {
    const heap = this.#heap;
    const entry = { time, order: this.#added++, event };
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >>> 1;
      if (isBefore(heap[parent]!, entry)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  /** Removes what happens next. */
  next(): { time: number; event: T } | undefined {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (heap.length === 0 || last === undefined) return first;
    let at = 0;
    while (true) {
      let child = 2 * at + 1;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (child >= heap.length || isBefore(last, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

interface Entry {
  readonly time: number;
  readonly order: number;
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.time - b.time < 0 || (a.time === b.time && a.order < b.order);
}
