/** Who is asked for what, who is told what: one peer among neighbours played by hand. */
import test from 'ava'
import { Author } from './author.ts'
import { Scene } from './scene.ts'

const offer = (scene: Scene, from: string, author: Author, floor = 0): void => {
  const { length } = author.deltas
  scene.have(from, author.name, length, author.tag(length), floor)
}

/** The neighbours have nothing: the peer begins, and its local steps come to an end. */
const publish = (scene: Scene, neighbours: readonly string[]): void => {
  for (const peer of neighbours) scene.frame(peer, { kind: 'have', holdings: [] })
  scene.give({ type: 'computed', result: { kind: 'trained', largest: 1, loss: 1, samples: 1 } })
}

test('should greet every link with what it has, be it nothing', (t) => {
  const scene = new Scene(['b'])
  t.deepEqual(scene.to('b', 'have'), [{ kind: 'have', holdings: [] }])
  const author = new Author('o').signMany(2)
  offer(scene, 'b', author)
  for (const delta of author.deltas) scene.deliver('b', delta)
  scene.give({ type: 'link', peer: 'c', state: 'up' })
  t.deepEqual(scene.to('c', 'names')[0]?.names, ['o'])
  t.deepEqual(scene.to('c', 'have'), [
    { kind: 'have', holdings: [{ origin: 0, seq: 2, floor: 0, tag: author.tag(2) }] }
  ])
})

test('should ask each delta of one neighbour only', (t) => {
  const scene = new Scene(['b', 'c'])
  const author = new Author('o').signMany(40)
  offer(scene, 'b', author)
  offer(scene, 'c', author)
  const asked = [...scene.wanted('b'), ...scene.wanted('c')]
  t.is(scene.wanted('b').length, 32)
  t.deepEqual(
    asked.toSorted((a, b) => a - b),
    Array.from({ length: 40 }, (_, i) => i + 1)
  )
})

test('should ask somebody else when a link goes down, and when nothing comes for 5 s', (t) => {
  const scene = new Scene(['b', 'c', 'd'])
  const author = new Author('o').signMany(1)
  for (const peer of ['b', 'c', 'd']) offer(scene, peer, author)
  t.deepEqual([scene.wanted('b'), scene.wanted('c'), scene.wanted('d')], [[1], [], []])
  scene.give({ type: 'link', peer: 'b', state: 'down' })
  t.deepEqual([scene.wanted('c'), scene.wanted('d')], [[1], []])
  scene.fire('requests', 4000)
  t.deepEqual(scene.wanted('d'), [])
  scene.fire('requests', 4000)
  t.deepEqual([scene.wanted('c'), scene.wanted('d')], [[1], [1]])
  // The slow one is asked again when nobody else is left.
  scene.give({ type: 'link', peer: 'd', state: 'down' })
  t.deepEqual(scene.wanted('c'), [1, 1])
})

test('should not ask for what a neighbour cannot serve', (t) => {
  const scene = new Scene(['b', 'c'])
  const author = new Author('o').signMany(9)
  offer(scene, 'b', author, 4)
  t.deepEqual(scene.wanted('b'), [])
  offer(scene, 'c', author)
  t.is(scene.wanted('c').length, 9)
})

test('should send its own delta to everybody unasked, once it is kept, and not before', (t) => {
  const scene = new Scene(['b', 'c'])
  publish(scene, ['b', 'c'])
  const order = scene.effects.map(({ type }) => type)
  const persisted = order.indexOf('persist')
  t.true(persisted > order.indexOf('sign') && order.indexOf('sign') > 0)
  for (const peer of ['b', 'c']) {
    const [delta, ...more] = scene.to(peer, 'delta')
    t.is(delta?.seq, 1)
    t.deepEqual(more, [])
    const names = scene.to(peer, 'names').filter(({ channel }) => channel === 'bulk')
    t.deepEqual(names[0]?.names[delta!.origin], 'me')
  }
  const sent = scene.effects.findIndex((e) => e.type === 'send' && e.message.kind === 'delta')
  t.true(sent > persisted)
})

test('should tell news at once after a quiet while, then gather them', (t) => {
  const scene = new Scene(['b', 'c'])
  const author = new Author('c').signMany(6)
  const told = (): number[] =>
    scene.to('b', 'have').flatMap(({ holdings }) => holdings.map(({ seq }) => seq))
  // Two rounds of 80 ms, so that a round's time is known: news are gathered for 10 ms.
  publish(scene, ['b', 'c'])
  scene.now += 80
  scene.fire('round', 0)
  scene.now += 1000
  scene.deliver('c', author.deltas[0]!)
  t.deepEqual(told().slice(-1), [1])
  const { length } = told()
  for (const delta of author.deltas.slice(1)) scene.deliver('c', delta)
  t.is(told().length, length)
  t.true(scene.effects.some((e) => e.type === 'timer' && e.name === 'announce' && e.after === 10))
  scene.fire('announce', 10)
  t.deepEqual(told().slice(length), [6])
})

test('should tell nobody what it has from that very neighbour’s own words', (t) => {
  const scene = new Scene(['b', 'c'])
  const author = new Author('o').signMany(1)
  offer(scene, 'b', author)
  offer(scene, 'c', author)
  scene.deliver('b', author.deltas[0]!)
  t.deepEqual(scene.to('c', 'delta'), [])
})

test('should say what it has when it is asked for what it has forgotten', (t) => {
  const scene = new Scene(['b'], { logBytes: 1024 })
  const author = new Author('b').signMany(200)
  for (const delta of author.deltas) scene.deliver('b', delta)
  const before = scene.to('b', 'have').length
  const origin = scene
    .to('b', 'names')
    .filter(({ channel }) => channel === 'control')
    .flatMap(({ names }) => names)
    .indexOf('b')
  scene.frame('b', { kind: 'want', ranges: [{ origin, from: 1, count: 1 }] })
  t.deepEqual(scene.to('b', 'delta'), [])
  const [holding] = scene.to('b', 'have').slice(before)[0]!.holdings
  t.true(holding!.floor > 100 && holding!.seq === 200)
})
