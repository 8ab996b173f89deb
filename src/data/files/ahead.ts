/** What `read` makes of the items, in order, with up to `depth` of them under way. */
export async function* ahead<T, R>(
  items: readonly T[],
  depth: number,
  read: (item: T) => Promise<R>
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = []
  const begin = (i: number): void => {
    if (i >= items.length) return
    const reading = read(items[i]!)
    // Whoever gets to it hears of a failure; until then nobody is to be alarmed.
    reading.catch(() => undefined)
    underWay.push(reading)
  }
  for (let i = 0; i < depth; i++) begin(i)
  for (let i = 0; i < items.length; i++) {
    begin(i + depth)
    yield await underWay.shift()!
  }
}
