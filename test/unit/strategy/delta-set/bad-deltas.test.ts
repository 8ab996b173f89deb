/** Bad input: refused under its reason, or not listened to; the replica stays what it is. */
import test, { type ExecutionContext } from 'ava'
import { Author, type BodyFields, bodyOf } from './author.ts'
import { Scene } from './scene.ts'

/** The neighbour offers what it sends, so that it has been asked for. */
const offer = (scene: Scene, from: string, author: Author): void =>
  scene.have(from, author.name, author.deltas.length, author.tag(author.deltas.length))

const untouched = (t: ExecutionContext, scene: Scene, harm: () => void): void => {
  const before = scene.hash
  harm()
  t.is(scene.hash, before)
}

test('should apply what is right', (t) => {
  const scene = new Scene(['b'])
  const author = new Author('o')
  const delta = author.sign()
  const before = scene.hash
  offer(scene, 'b', author)
  scene.deliver('b', delta)
  t.deepEqual(scene.rejects, [])
  t.not(scene.hash, before)
  t.like(scene.to('b', 'have').at(-1), { kind: 'have' })
})

const BAD_BODIES: Readonly<Record<string, readonly [BodyFields, string]>> = {
  'a weight of 0': [{ weight: 0 }, 'weight'],
  'a weight above 1': [{ weight: 2 ** 24 + 1 }, 'weight'],
  'an unknown flag': [{ flags: 8 }, 'body'],
  'a scale of 0': [{ payload: [1, 1, 0, 0, 1, 0] }, 'scale'],
  'a scale above the cap': [{ payload: [1, 1, 129, 128, 128, 32, 0, 1, 0] }, 'scale'],
  'a scale in more bytes than it needs': [{ payload: [1, 1, 0x87, 0, 0, 1, 0] }, 'values'],
  'more values than a delta may hold': [{ payload: [1, 5, 7, 0, 0b01010101, 1, 0] }, 'values'],
  'an index beyond its tensor': [{ payload: [1, 1, 7, 5, 1 | (30 << 1), 0, 0] }, 'values'],
  'bits after the last value': [{ payload: [1, 1, 7, 0, 0b101, 0] }, 'values'],
  'a byte too many': [{ payload: [1, 1, 7, 0, 1, 0, 0] }, 'values'],
  'a tensor too few': [{ payload: [1, 1, 7, 0, 1] }, 'values'],
  'the code of two levels': [{ payload: [2, 1, 7, 0, 0, 1, 0] }, 'values'],
  'no payload': [{ payload: [] }, 'values']
}

for (const [what, [fields, reason]] of Object.entries(BAD_BODIES)) {
  test(`should refuse ${what}, rightly signed as it may be`, (t) => {
    const scene = new Scene(['b'])
    const author = new Author('o')
    const delta = author.sign(bodyOf(fields))
    offer(scene, 'b', author)
    untouched(t, scene, () => scene.deliver('b', delta))
    t.deepEqual(scene.rejects, [`b ${reason}`])
    t.is(scene.verified, 0)
  })
}

test('should refuse a frame of another swarm', (t) => {
  const scene = new Scene(['b'])
  const author = new Author('o')
  const { seq, signature, body } = author.sign()
  offer(scene, 'b', author)
  const message = { kind: 'delta', origin: 0, seq, signature, body } as const
  untouched(t, scene, () => scene.frame('b', message, { manifest: 9, layout: 2 }))
  untouched(t, scene, () => scene.frame('b', message, { manifest: 1, layout: 9 }))
  t.deepEqual(scene.rejects, ['b manifest', 'b layout'])
})

test('should refuse a signature made for another swarm, though the frame is right', (t) => {
  const scene = new Scene(['b'])
  const author = new Author('o', '77'.repeat(32))
  offer(scene, 'b', author.signMany(1))
  untouched(t, scene, () => scene.deliver('b', author.deltas[0]!))
  t.deepEqual(scene.rejects, ['b signature'])
})

test('should refuse a signature of somebody else, and ask another neighbour', (t) => {
  const scene = new Scene(['b', 'c'])
  const author = new Author('o')
  const delta = author.sign()
  offer(scene, 'b', author)
  offer(scene, 'c', author)
  t.deepEqual(scene.wanted('b'), [1])
  const forged = { ...delta, signature: new Author('b').sign().signature }
  untouched(t, scene, () => scene.deliver('b', forged))
  t.deepEqual(scene.rejects, ['b signature'])
  t.deepEqual(scene.wanted('c'), [1])
  // Of this neighbour nothing of this origin is listened to any more.
  untouched(t, scene, () => scene.deliver('b', delta))
  scene.deliver('c', delta)
  t.not(scene.hash, new Scene([]).hash)
})

test('should refuse a changed body under a right signature', (t) => {
  const scene = new Scene(['b'])
  const author = new Author('o')
  const delta = author.sign()
  offer(scene, 'b', author)
  untouched(t, scene, () => scene.deliver('b', { ...delta, body: bodyOf({ samples: 2 }) }))
  t.deepEqual(scene.rejects, ['b signature'])
})

test('should refuse a delta under another number, or under another name', (t) => {
  const scene = new Scene(['b'])
  const author = new Author('o').signMany(2)
  offer(scene, 'b', author)
  untouched(t, scene, () => scene.deliver('b', { ...author.deltas[1]!, seq: 1 }))
  const other = new Author('p').signMany(1)
  offer(scene, 'b', other)
  untouched(t, scene, () => scene.deliver('b', { ...author.deltas[0]!, origin: 'p' }))
  t.deepEqual(scene.rejects, ['b signature', 'b signature'])
})

test('should refuse a delta of an origin without a name', (t) => {
  const scene = new Scene(['b'])
  const { seq, signature, body } = new Author('o').sign()
  untouched(t, scene, () => scene.frame('b', { kind: 'delta', origin: 3, seq, signature, body }))
  t.deepEqual(scene.rejects, ['b body'])
})

test('should not listen to a delta again', (t) => {
  const scene = new Scene(['b'])
  const author = new Author('o')
  const delta = author.sign()
  offer(scene, 'b', author)
  scene.deliver('b', delta)
  const { verified } = scene
  untouched(t, scene, () => {
    for (let i = 0; i < 10; i++) scene.deliver('b', delta)
  })
  t.is(scene.verified, verified)
  t.deepEqual(scene.rejects, [])
})

test('should not listen to deltas that nobody has asked for, unless they are the sender’s own', (t) => {
  const scene = new Scene(['b'])
  untouched(t, scene, () => {
    for (const name of ['o', 'p', 'q']) scene.deliver('b', new Author(name).sign())
  })
  t.is(scene.verified, 0)
  scene.deliver('b', new Author('b').sign())
  t.is(scene.verified, 1)
})

test('should hold only a few early deltas that were not asked for, and none of them before its turn', (t) => {
  const scene = new Scene(['b'])
  const author = new Author('b').signMany(500)
  untouched(t, scene, () => {
    for (const delta of author.deltas.slice(1).toReversed()) scene.deliver('b', delta)
  })
  t.is(scene.verified, 0)
  scene.deliver('b', author.deltas[0]!)
  // Number 1, and 2 to 8, which have waited.
  t.is(scene.verified, 8)
})

test('should apply asked-for deltas in their order, whatever order they come in', (t) => {
  const scene = new Scene(['b'])
  const author = new Author('o').signMany(30)
  offer(scene, 'b', author)
  t.deepEqual(
    scene.wanted('b'),
    Array.from({ length: 30 }, (_, i) => i + 1)
  )
  untouched(t, scene, () => {
    for (const delta of author.deltas.slice(1).toReversed()) scene.deliver('b', delta)
  })
  scene.deliver('b', author.deltas[0]!)
  t.is(scene.verified, 30)
  t.deepEqual(scene.rejects, [])
})
