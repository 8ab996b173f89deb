/** A peer that comes back is to its neighbours what it was: it serves, states and proves the same. */
import test, { type ExecutionContext } from 'ava'
import { Author, bodyOf } from './author.ts'
import { Scene } from './scene.ts'

/** Its origin trains no more. */
const LAST_BODY = bodyOf({ flags: 1, samples: 0, steps: 0 })

const tell = (scene: Scene, from: string, author: Author): void => {
  const { length } = author.deltas
  scene.have(from, author.name, length, author.tag(length))
  for (const delta of author.deltas) scene.deliver(from, delta)
}

/** Leaves, and comes back with the checkpoint that it has left with. */
const restart = (t: ExecutionContext, scene: Scene, options: object = {}): Scene => {
  scene.give({ type: 'leave' })
  scene.fire('end', 2000)
  t.is(scene.effects.at(-1)?.type, 'finished')
  if (scene.kept === null) throw new Error('nothing was kept')
  return new Scene(['z'], options, { records: [scene.kept], trains: false })
}

/** The number by which a scene calls an origin on its link with a neighbour. */
const numberAt = (scene: Scene, peer: string, origin: string): number => {
  const names = scene
    .to(peer, 'names')
    .flatMap(({ first, names }) => names.map((name, i) => [name, first + i]))
  return Number(names.find(([name]) => name === origin)?.[1])
}

test('should serve what it could, from where it could, without checking it again', (t) => {
  const [x, y] = [new Author('x').signMany(5), new Author('y').signMany(3)]
  const first = new Scene(['b'], {}, { trains: false })
  tell(first, 'b', x)
  tell(first, 'b', y)
  const second = restart(t, first)
  t.is(second.hash, first.hash)
  t.is(second.verified, 0)
  const holdings = second.to('z', 'have').flatMap(({ holdings }) => holdings)
  const number = numberAt(second, 'z', 'x')
  t.deepEqual(
    holdings.find(({ origin }) => origin === number),
    { origin: number, seq: 5, floor: 0, tag: x.tag(5) }
  )
  second.frame('z', { kind: 'want', ranges: [{ origin: number, from: 2, count: 4 }] })
  t.deepEqual(
    second
      .to('z', 'delta')
      .map(({ origin, seq, signature, body }) => [origin, seq, signature, body]),
    x.deltas.slice(1).map(({ seq, signature, body }) => [number, seq, signature, body])
  )
  second.frame('z', { kind: 'ask-statement', origin: second.number('z', 'x'), seq: 2 })
  t.deepEqual(second.to('z', 'statement')[0]?.statement, x.statements[1])
  // It goes on from there, with signatures.
  const next = x.sign()
  second.have('z', 'x', 6, x.tag(6))
  second.deliver('z', next)
  t.is(second.verified, 1)
  t.not(second.hash, first.hash)
  t.deepEqual(second.rejects, [])
})

test('should say what an origin has signed last when its deltas are forgotten', (t) => {
  const x = new Author('x').signMany(1)
  const y = new Author('y').signMany(200)
  const first = new Scene(['b'], { logBytes: 1024 }, { trains: false })
  tell(first, 'b', x)
  // As many as fit into the inbox at a time.
  for (const delta of y.deltas) {
    first.have('b', 'y', delta.seq, y.tag(delta.seq))
    first.deliver('b', delta)
  }
  const second = restart(t, first, { logBytes: 1024 })
  t.is(second.hash, first.hash)
  const [nx, ny] = ['x', 'y'].map((name) => numberAt(second, 'z', name))
  const floors = new Map(
    second.to('z', 'have').flatMap(({ holdings }) => holdings.map((h) => [h.origin, h.floor]))
  )
  t.is(floors.get(nx!), 1)
  t.true(floors.get(ny!)! > 100 && floors.get(ny!)! < 200)
  second.frame('z', { kind: 'ask-statement', origin: second.number('z', 'x'), seq: 1 })
  t.deepEqual(second.to('z', 'statement')[0]?.statement, x.statements[0])
})

test('should remember who has signed two deltas with one number, and show it', (t) => {
  const x = new Author('x').signMany(2)
  const twin = x.twin()
  x.signMany(2)
  twin.sign(bodyOf({ samples: 7 }))
  const first = new Scene(['b', 'c'], {}, { trains: false })
  tell(first, 'b', x)
  first.have('c', 'x', 4, x.tag(4))
  const [one, other] = [x.statements[2]!, twin.statements[2]!]
  const origin = first.number('c', 'x')
  first.frame('c', { kind: 'proof', origin, seq: 3, statements: [one, other] })
  const second = restart(t, first)
  t.is(second.hash, first.hash)
  t.deepEqual(
    second.to('z', 'proof').map(({ seq, statements }) => [seq, statements]),
    [[3, [one, other]]]
  )
  tell(second, 'z', x)
  t.is(second.hash, first.hash, 'what the proof forbids has been taken in')
  t.is(second.verified, 0)
})

test('should never take up a number again that it may have used, whatever the disk gives back', (t) => {
  const me = new Author('me').signMany(5)
  me.sign(LAST_BODY)
  const first = new Scene(['b'], {}, { trains: false })
  tell(first, 'b', me)
  first.give({ type: 'leave' })
  first.fire('end', 2000)
  // An older checkpoint, and all records since that one.
  const later = me.twin().signMany(3)
  const records = [
    first.kept!,
    ...later.deltas.slice(6).map((delta) => ({ kind: 'own', delta }) as const)
  ]
  const whole = new Scene(['b'], {}, { records })
  t.is(whole.verified, 3)
  whole.have('b', 'me', 9, later.tag(9))
  t.is(whole.trained, 1)
  // A record in between is gone: it waits for somebody who has it.
  const gap = new Scene(['b'], {}, { records: records.filter((_, i) => i !== 2) })
  gap.have('b', 'me', 6, me.tag(6))
  t.is(gap.trained, 0)
  gap.have('b', 'me', 9, later.tag(9))
  for (const delta of later.deltas.slice(6)) gap.deliver('b', delta)
  t.is(gap.trained, 1)
  t.is(gap.hash, whole.hash)
})

test('should have what it says is its last for its last', (t) => {
  const me = new Author('me').signMany(2)
  me.sign(LAST_BODY)
  const first = new Scene(['b'], {}, { trains: false })
  tell(first, 'b', me)
  const second = restart(t, first)
  second.give({ type: 'leave' })
  // Nobody counts on it any more.
  t.deepEqual(
    second.effects.filter(({ type }) => type === 'sign'),
    []
  )
})
