/** Single situations, step by step; broken-links and neighbour-changes go through all of them. */
import test, { type ExecutionContext } from 'ava'
import { type Action, type Name, other, Pair, SCHEDULES } from './pair.ts'

const act = (t: ExecutionContext, pair: Pair, ...labels: Array<Action['label']>): void => {
  for (const label of labels) t.true(pair.act(label), `nothing to do for ${label}`)
}

/** Runs jobs until this end has none: local steps, encoding, sending. */
const work = (pair: Pair, name: Name): void => {
  while (pair.act(`${name}:job`));
}

const greeted = (t: ExecutionContext): Pair => {
  const pair = new Pair()
  pair.start()
  act(t, pair, 'a:link', 'b:link', 'a:control', 'b:control')
  return pair
}

/** Both ends have applied exchange 1, and encoded exchange 2. */
const exchanged = (t: ExecutionContext): Pair => {
  const pair = greeted(t)
  work(pair, 'a')
  work(pair, 'b')
  act(t, pair, 'a:bulk', 'b:bulk')
  work(pair, 'a')
  work(pair, 'b')
  t.is(pair.ends.a.mixes.length, 1)
  t.is(pair.ends.b.mixes.length, 1)
  return pair
}

const hear = (pair: Pair, name: Name, index: number): void =>
  pair.give(name, {
    type: 'received',
    from: other(name),
    message: pair.ends[other(name)].said.at(index)!
  })

test('should open one edge from the two hellos, named by their nonces, weighted by their degrees', (t) => {
  const pair = exchanged(t)
  const nonceOf = (name: Name): string => {
    const hello = pair.ends[name].said.find(({ kind }) => kind === 'hello')
    return hello?.kind === 'hello' ? hello.nonce.toString(16).padStart(8, '0') : ''
  }
  const id = nonceOf('a') + nonceOf('b')
  for (const name of ['a', 'b'] as const) {
    const [mix] = pair.ends[name].mixes
    t.is(mix?.id, id, name)
    // Metropolis-Hastings with one neighbour each: 1 / (1 + 1).
    t.is(mix?.weight, 0.5, name)
  }
})

test('should mix an exchange that came before the hello that opens its edge', (t) => {
  const pair = new Pair()
  pair.start()
  act(t, pair, 'a:link', 'b:link', 'b:control')
  work(pair, 'b')
  // a has not read b's hello, but its exchange.
  act(t, pair, 'a:bulk')
  t.is(pair.ends.a.mixes.length, 0)
  act(t, pair, 'a:control')
  work(pair, 'a')
  t.is(pair.ends.a.mixes.length, 1)
  act(t, pair, 'b:bulk')
  t.is(pair.ends.b.mixes.length, 1)
})

test('should keep an early exchange for the edge it belongs to, not for the one before', (t) => {
  const pair = new Pair()
  pair.start()
  act(t, pair, 'a:link', 'b:link')
  // a takes its wish back and repeats it before it has heard of b; b reads all that later.
  pair.want('a', false)
  pair.want('a', true)
  act(t, pair, 'a:control')
  work(pair, 'a')
  act(t, pair, 'b:bulk', 'b:control', 'b:control', 'b:control')
  work(pair, 'b')
  t.is(pair.ends.b.mixes.length, 1)
  act(t, pair, 'a:bulk')
  t.is(pair.ends.a.mixes.length, 1)
  t.is(pair.ends.a.mixes[0]!.id, pair.ends.b.mixes[0]!.id)
})

test('should resend after a break what the other end lacks, and nothing else', (t) => {
  const pair = exchanged(t)
  const before = pair.ends.a.said.length
  act(t, pair, 'a:bulk')
  // a has applied 2; b has not, and has acknowledged nothing but 1.
  t.is(pair.ends.a.mixes.length, 2)
  pair.break()
  act(t, pair, 'a:link', 'b:link', 'a:link', 'b:link', 'a:control', 'b:control')
  const said = (name: Name, from: number) =>
    pair.ends[name].said
      .slice(from)
      .flatMap((message) => (message.kind === 'exchange' ? [message.k] : []))
  t.deepEqual(said('a', before), [2])
  t.deepEqual(said('b', before), [])
  act(t, pair, 'b:bulk')
  t.is(pair.ends.b.mixes.length, 2)
})

test('should take a repeated message as nothing new', (t) => {
  for (const repeated of ['hello', 'exchange'] as const) {
    const pair = exchanged(t)
    const index = pair.ends.b.said.findIndex(({ kind }) => kind === repeated)
    hear(pair, 'a', index)
    hear(pair, 'a', index)
    act(t, pair, 'a:bulk', 'b:bulk')
    t.deepEqual(pair.ends.a.forgotten, [], repeated)
    t.deepEqual(
      pair.ends.a.mixes.map(({ k }) => k),
      [1, 2],
      repeated
    )
  }
})

test('should take repeated farewells as nothing new', (t) => {
  const pair = exchanged(t)
  pair.want('b', false)
  const retire = pair.ends.b.said.findIndex(({ kind }) => kind === 'retire')
  hear(pair, 'a', retire)
  hear(pair, 'a', retire)
  t.is(pair.ends.a.said.filter(({ kind }) => kind === 'retire').length, 1)
  // Exchange 2 is the last of both ends; it is still under way.
  act(t, pair, 'b:bulk', 'a:bulk')
  t.true(pair.until(() => pair.ends.a.forgotten.length > 0, 100))
  t.is(pair.ends.a.mixes.length, 2)
  t.is(pair.ends.b.mixes.length, 2)
})

test('should ignore what a stranger says', (t) => {
  const pair = exchanged(t)
  for (const message of pair.ends.b.said) {
    const { a } = pair.ends
    const before = [a.said.length, a.mixes.length, a.jobs.length]
    pair.give('a', { type: 'received', from: 'stranger', message })
    t.deepEqual([a.said.length, a.mixes.length, a.jobs.length], before, message.kind)
  }
})

test('should say again that it wants an edge when the one it had turns out to be gone', (t) => {
  // b is through with the edge and a is not; the link breaks, and a changes its mind and back.
  for (const [name, schedule] of Object.entries(SCHEDULES)) {
    const pair = new Pair(schedule, 4)
    pair.start()
    t.true(
      pair.until(() => pair.ends.b.mixes.length === 2, 500),
      name
    )
    pair.want('a', false)
    pair.want('b', false)
    t.true(
      pair.until(() => pair.ends.b.forgotten.length === 1, 500),
      name
    )
    pair.break()
    pair.want('b', true)
    pair.until(() => pair.ends.a.up && pair.ends.b.up && pair.ends.a.news === null, 50)
    pair.want('a', true)
    const before = pair.ends.a.mixes.length
    t.true(
      pair.until(() => pair.ends.a.mixes.length > before + 2, 1000),
      name
    )
  }
})

test('should not give up an ending edge whose neighbour is just coming back', (t) => {
  const pair = exchanged(t)
  pair.want('a', false)
  pair.break()
  act(t, pair, 'a:link', 'b:link')
  // The link takes longer to come back than an ending edge may wait, but it does.
  pair.steps += 100_000
  act(t, pair, 'a:link', 'b:link')
  work(pair, 'a')
  for (let rounds = pair.ends.a.rounds; pair.ends.a.rounds < rounds + 2; ) {
    if (!pair.act('a:job') && !pair.act('a:timer')) break
  }
  t.deepEqual(pair.ends.a.forgotten, [])
  act(t, pair, 'a:control', 'b:control')
  t.true(pair.until(() => pair.ends.b.forgotten.length > 0, 500))
  t.is(pair.ends.a.mixes.length, 2)
  t.is(pair.ends.b.mixes.length, 2)
})

test('should give up an ending edge whose neighbour stays away for a minute', (t) => {
  const pair = exchanged(t)
  pair.want('a', false)
  pair.break()
  act(t, pair, 'a:link')
  const round = () => {
    const { rounds } = pair.ends.a
    for (let i = 0; i < 10 && pair.ends.a.rounds === rounds; i++) {
      if (!pair.act('a:job')) pair.act('a:timer')
    }
  }
  pair.steps += 59_000
  round()
  t.deepEqual(pair.ends.a.forgotten, [])
  pair.steps += 1500
  round()
  t.is(pair.ends.a.forgotten.length, 1)
  t.false(pair.ends.a.holds)
})
