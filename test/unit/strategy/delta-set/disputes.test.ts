/** Two chains of one origin, told to one peer by hand. */
import test from 'ava'
import type { Statement } from '../../../../src/strategy/delta-set/kinds.ts'
import { Author, bodyOf } from './author.ts'
import { Scene } from './scene.ts'

const OTHER = bodyOf({ samples: 2 })

/** An origin that has signed `common` deltas, and a second self of it; then each goes its own way. */
const forked = (common: number, mine: number, theirs: number): [Author, Author] => {
  const author = new Author('x').signMany(common)
  const twin = author.twin()
  for (let i = 0; i < theirs; i++) twin.sign(OTHER)
  return [author.signMany(mine), twin]
}

/** A peer that has the deltas of one chain, from neighbour b. */
const holding = (author: Author, neighbours = ['b', 'c'], options: object = {}): Scene => {
  const scene = new Scene(neighbours, options)
  const { length } = author.deltas
  scene.have('b', author.name, length, author.tag(length))
  for (const delta of author.deltas) scene.deliver('b', delta)
  return scene
}

const show = (scene: Scene, from: string, statement: Statement): void => {
  const origin = scene.number(from, 'x')
  scene.frame(from, { kind: 'statement', origin, statement })
}

const prove = (scene: Scene, from: string, first: Statement, second: Statement): void => {
  const origin = scene.number(from, 'x')
  scene.frame(from, { kind: 'proof', origin, seq: first.seq, statements: [first, second] })
}

/** Answers all questions of the peer about statements, as somebody with this chain does. */
const answer = (scene: Scene, from: string, author: Author): number[] => {
  const asked: number[] = []
  for (let i = 0; i < scene.to(from, 'ask-statement').length; i++) {
    const { seq } = scene.to(from, 'ask-statement')[i]!
    asked.push(seq)
    show(scene, from, author.statements[seq - 1]!)
  }
  return asked
}

test('should find the lowest number of a fork by halving, and take back exactly what follows', (t) => {
  for (const common of [0, 1, 5, 19]) {
    const [author, twin] = forked(common, 20 - common, 20 - common)
    const scene = holding(author)
    const before = holding(author.twin(), ['b'])
    t.is(scene.hash, before.hash)
    scene.have('c', 'x', 20, twin.tag(20))
    const asked = answer(scene, 'c', twin)
    t.true(asked.length <= 6, `${asked}`)
    t.deepEqual(scene.rejects, [])
    const kept = new Author('x').signMany(common)
    t.is(scene.hash, holding(kept).hash, `fork after ${common}`)
    for (const peer of ['b', 'c']) {
      const proof = scene.to(peer, 'proof').at(-1)!
      t.is(proof.seq, common + 1)
      t.deepEqual(
        proof.statements.map(({ previous }) => previous),
        [author.digest(common), author.digest(common)]
      )
    }
    const held = scene.to('b', 'have').at(-1)!.holdings.at(-1)!
    if (common > 0) t.like(held, { seq: common, tag: author.tag(common) })
  }
})

test('should notice a fork of a neighbour that lags behind', (t) => {
  const [author, twin] = forked(3, 9, 2)
  const scene = holding(author)
  scene.have('c', 'x', 5, twin.tag(5))
  answer(scene, 'c', twin)
  t.is(scene.hash, holding(new Author('x').signMany(3)).hash)
})

test('should not blame an honest neighbour for a fork that it passes on', (t) => {
  const [author, twin] = forked(2, 1, 3)
  const scene = holding(author)
  // Number 4 of the other chain follows another number 3.
  scene.have('c', 'x', 5, twin.tag(5))
  scene.deliver('c', twin.deltas[3]!)
  t.deepEqual(scene.rejects, [])
  answer(scene, 'c', twin)
  t.deepEqual(scene.rejects, [])
  t.is(scene.to('c', 'proof').at(-1)!.seq, 3)
  t.is(scene.hash, holding(new Author('x').signMany(2)).hash)
})

test('should blame a neighbour that passes on a forged delta after an agreed past', (t) => {
  const author = new Author('x').signMany(3)
  const scene = holding(author)
  const next = author.twin()
  const forged = { ...next.sign(), body: OTHER }
  scene.have('c', 'x', 4, next.tag(4))
  scene.deliver('c', forged)
  t.deepEqual(scene.rejects, [])
  show(scene, 'c', author.statements[2]!)
  t.deepEqual(scene.rejects, ['c signature'])
  t.is(scene.hash, holding(new Author('x').signMany(3)).hash)
})

test('should blame a neighbour that passes on a forged delta and then says nothing', (t) => {
  const author = new Author('x').signMany(3)
  const scene = holding(author)
  const next = author.twin()
  const forged = { ...next.sign(), body: OTHER }
  scene.have('c', 'x', 4, next.tag(4))
  scene.deliver('c', forged)
  scene.fire('requests', 4000)
  t.deepEqual(scene.rejects, [])
  scene.fire('requests', 4000)
  t.deepEqual(scene.rejects, ['c signature'])
})

test('should believe a statement that comes when nobody waits for it any more', (t) => {
  const [author, twin] = forked(2, 1, 1)
  const scene = holding(author)
  show(scene, 'c', twin.statements[2]!)
  t.is(scene.hash, holding(new Author('x').signMany(2)).hash)
  t.deepEqual(scene.rejects, [])
})

test('should refuse a statement that nobody has signed, and wait on where one says less', (t) => {
  const [author, twin] = forked(2, 1, 1)
  const scene = holding(author)
  const before = scene.hash
  scene.have('c', 'x', 3, twin.tag(3))
  show(scene, 'c', { ...twin.statements[2]!, bodyHash: twin.digest(1) })
  t.deepEqual(scene.rejects, ['c signature'])
  scene.have('c', 'x', 3, twin.tag(3))
  show(scene, 'c', twin.statements[1]!)
  t.deepEqual(scene.rejects, ['c signature'])
  t.is(scene.hash, before)
  t.deepEqual(scene.to('b', 'proof'), [])
})

test('should believe a proof whoever shows it, pass it on once, and tell it to whoever comes', (t) => {
  const [author, twin] = forked(2, 3, 1)
  const scene = holding(author, ['b', 'c', 'd'])
  prove(scene, 'c', author.statements[2]!, twin.statements[2]!)
  prove(scene, 'c', author.statements[2]!, twin.statements[2]!)
  prove(scene, 'd', twin.statements[2]!, author.statements[2]!)
  t.is(scene.hash, holding(new Author('x').signMany(2)).hash)
  t.deepEqual(
    ['b', 'c', 'd'].map((peer) => scene.to(peer, 'proof').length),
    [1, 0, 1]
  )
  scene.give({ type: 'link', peer: 'e', state: 'up' })
  t.is(scene.to('e', 'proof').length, 1)
  t.is(scene.notices.length, 1)
  t.regex(scene.notices[0]!, /^x has signed two different deltas with the number 3/)
})

test('should refuse a proof that is none', (t) => {
  const [author, twin] = forked(2, 3, 1)
  const scene = holding(author)
  const before = scene.hash
  const [first, second] = [author.statements[2]!, twin.statements[2]!]
  prove(scene, 'c', first, first)
  prove(scene, 'c', first, { ...second, bodyHash: first.bodyHash, previous: first.bodyHash })
  prove(scene, 'c', { ...first, signature: second.signature }, second)
  // Of another number: what was signed is not what it says.
  prove(scene, 'c', { ...first, seq: 2 }, { ...second, seq: 2 })
  t.deepEqual(scene.rejects, ['c body', 'c signature', 'c signature', 'c signature'])
  t.is(scene.hash, before)
  t.deepEqual(scene.to('b', 'proof'), [])
})

test('should take back more when a proof of a lower number comes', (t) => {
  const [author, twin] = forked(1, 9, 9)
  const scene = holding(author)
  prove(scene, 'c', author.statements[7]!, twin.statements[7]!)
  // Its own chain and the proof's part before: the one who showed it is asked where.
  t.true(scene.to('c', 'ask-statement').length > 0)
  prove(scene, 'b', author.statements[4]!, twin.statements[4]!)
  prove(scene, 'b', author.statements[8]!, twin.statements[8]!)
  t.is(scene.to('c', 'proof').at(-1)!.seq, 5)
  prove(scene, 'b', author.statements[1]!, twin.statements[1]!)
  t.is(scene.hash, holding(new Author('x').signMany(1)).hash)
  t.deepEqual(scene.rejects, [])
})

test('should say that it needs a snapshot where the log does not reach back, and undo nothing', (t) => {
  const [author, twin] = forked(2, 300, 1)
  const scene = holding(author, ['b', 'c'], { logBytes: 4096 })
  t.true(scene.to('c', 'have').length > 0)
  const before = scene.hash
  const floor = scene.to('b', 'have').at(-1)!.holdings.at(-1)!.floor
  prove(scene, 'c', author.statements[2]!, twin.statements[2]!)
  t.true(floor > 3, `${floor}`)
  t.is(scene.hash, before)
  t.regex(scene.notices.join(), /a snapshot is needed/)
  // Those who could still take it back have a replica without it.
  scene.fire('requests', 1000)
  t.is([...scene.to('b', 'snapshot-ask'), ...scene.to('c', 'snapshot-ask')].length, 1)
  scene.have('b', 'x', 400, 1)
  t.false(scene.wanted('b').includes(303))
})

test('should pardon an origin when most neighbours go on with what a proof forbids, for a minute', (t) => {
  const [author, twin] = forked(2, 300, 1)
  const scene = holding(author, ['b', 'c'], { logBytes: 4096 })
  scene.have('c', 'x', 302, author.tag(302))
  prove(scene, 'c', author.statements[2]!, twin.statements[2]!)
  const next = author.sign()
  const later = (): void => {
    for (const peer of ['b', 'c']) scene.have(peer, 'x', 303, author.tag(303))
    scene.fire('requests', 1000)
  }
  for (let i = 0; i < 60; i++) later()
  t.false(scene.wanted('b').includes(303))
  later()
  t.true(scene.wanted('b').includes(303))
  scene.deliver('b', next)
  t.is(scene.to('b', 'have').at(-1)!.holdings.at(-1)!.seq, 303)
  // Who comes now hears nothing of the proof.
  scene.give({ type: 'link', peer: 'e', state: 'up' })
  t.deepEqual(scene.to('e', 'proof'), [])
})

test('should not pardon while as many neighbours have taken back what the proof forbids', (t) => {
  const [author, twin] = forked(2, 300, 1)
  const scene = holding(author, ['b', 'c'], { logBytes: 4096 })
  prove(scene, 'c', author.statements[2]!, twin.statements[2]!)
  scene.have('c', 'x', 302, author.tag(302))
  scene.have('c', 'x', 2, author.tag(2))
  for (let i = 0; i < 200; i++) scene.fire('requests', 1000)
  scene.have('b', 'x', 303, 1)
  t.false(scene.wanted('b').includes(303))
})

test('should never listen again to what follows the number of a proof, but to what comes before', (t) => {
  const [author, twin] = forked(4, 3, 1)
  const scene = new Scene(['b', 'c'])
  prove(scene, 'c', author.statements[4]!, twin.statements[4]!)
  scene.have('b', 'x', 7, author.tag(7))
  t.deepEqual(scene.wanted('b'), [1, 2, 3, 4])
  for (const delta of author.deltas) scene.deliver('b', delta)
  scene.deliver('c', twin.deltas[4]!)
  t.is(scene.hash, holding(new Author('x').signMany(4)).hash)
  t.deepEqual(scene.rejects, [])
})

test('should take the mean over those who train without an equivocator', (t) => {
  const author = new Author('x')
  const scene = new Scene(['b'], { alpha: 1 })
  scene.have('b', 'x', 0, 0)
  const weights = (): number[] =>
    scene.effects.flatMap((effect) =>
      effect.type === 'compute' && effect.job.kind === 'encode' ? [effect.job.weight] : []
    )
  const round = (heard: boolean): void => {
    if (heard) {
      const delta = author.sign()
      scene.have('b', 'x', delta.seq, author.tag(delta.seq))
      scene.deliver('b', delta)
    }
    scene.now += 100
    scene.give({ type: 'computed', result: { kind: 'trained', largest: 1, loss: 1, samples: 1 } })
    scene.fire('round', 100)
  }
  for (let i = 0; i < 6; i++) round(true)
  t.is(weights().at(-1), 1 / 2)
  const first = author.twin()
  const second = author.twin()
  first.sign()
  second.sign(OTHER)
  const { length } = author.deltas
  prove(scene, 'b', first.statements[length]!, second.statements[length]!)
  round(false)
  t.is(weights().at(-1), 1)
  t.deepEqual(scene.rejects, [])
})

test('should stop and say what happened when the proof is about itself', (t) => {
  const scene = new Scene(['b'])
  scene.frame('b', { kind: 'have', holdings: [] })
  t.is(scene.trained, 1)
  const me = new Author('me')
  const twin = me.twin()
  me.sign()
  twin.sign(OTHER)
  const origin = scene.number('b', 'me')
  scene.frame('b', {
    kind: 'proof',
    origin,
    seq: 1,
    statements: [me.statements[0]!, twin.statements[0]!]
  })
  t.regex(scene.notices.join(), /begin with a new identity/)
  // The local steps under way come to an end: nothing is made of them.
  scene.give({
    type: 'computed',
    result: { kind: 'trained', largest: 1, loss: 1, samples: 1 }
  })
  t.deepEqual(scene.to('b', 'delta'), [])
  t.is(scene.trained, 1)
  scene.fire('end', 2000)
  t.is(scene.effects.filter(({ type }) => type === 'finished').length, 1)
})
