/** Neighbours that lie or flood in well-formed messages: memory and work stay bounded, nobody is stopped. */
import test from 'ava'
import { Author } from './author.ts'
import { Scene } from './scene.ts'

const HUGE = Number.MAX_SAFE_INTEGER

test('should refuse names that leave numbers out, contradict known ones, or are too many', (t) => {
  const scene = new Scene(['b'])
  const names = (first: number, ...list: string[]): void =>
    scene.frame('b', { kind: 'names', channel: 'control', first, names: list })
  names(0, 'o', 'p')
  names(1, 'p', 'q')
  t.deepEqual(scene.rejects, [])
  names(4, 'r')
  names(1, 'x')
  t.deepEqual(scene.rejects, ['b body', 'b body'])
  for (let first = 3; first < 4096; first += 200) {
    names(first, ...Array.from({ length: 200 }, (_, i) => `n${first + i}`))
  }
  // The last message would have gone beyond 4096.
  t.is(scene.rejects.length, 3)
})

test('should refuse lists longer than announced, shorter, or of more than 256', (t) => {
  const scene = new Scene(['b'])
  scene.bytes('b', 2, Uint8Array.of(0x81, 0x02))
  scene.bytes('b', 2, Uint8Array.of(2, 0, 1, 0, 0, 0, 0, 0))
  scene.bytes('b', 3, Uint8Array.of(1, 0, 1, 33))
  scene.bytes('b', 63, Uint8Array.of())
  t.deepEqual(scene.rejects, ['b body', 'b body', 'b body', 'b kind'])
})

test('should refuse to hear of what an origin without a name has', (t) => {
  const scene = new Scene(['b'])
  scene.frame('b', { kind: 'have', holdings: [{ origin: 7, seq: 1, floor: 0, tag: 1 }] })
  t.deepEqual(scene.rejects, ['b body'])
})

test('should ask for no more than 32 deltas, whatever a neighbour says it has', (t) => {
  const scene = new Scene(['b'])
  for (let i = 0; i < 200; i++) scene.have('b', `o${i}`, HUGE, i)
  t.is(scene.wanted('b').length, 32)
  t.true(Math.max(...scene.wanted('b')) <= 64)
  // None of them ever comes: others are asked again, never more at once.
  for (let i = 0; i < 20; i++) scene.fire('requests', 6000)
  t.true(scene.wanted('b').length <= 21 * 32)
  t.deepEqual(scene.rejects, [])
})

test('should train although a neighbour says that this peer has signed 2^53 deltas', (t) => {
  const scene = new Scene(['b'])
  scene.have('b', 'me', HUGE, 5)
  t.is(scene.trained, 0)
  t.is(scene.to('b', 'ask-statement').length, 1)
  // It shows nothing, and after its patience this peer begins.
  scene.fire('start', 1e6)
  t.is(scene.trained, 1)
})

test('should not train while a neighbour can prove that there are own deltas it cannot give', (t) => {
  const scene = new Scene(['b'])
  const me = new Author('me').signMany(9)
  scene.have('b', 'me', 9, me.tag(9))
  const origin = scene.number('b', 'me')
  scene.frame('b', { kind: 'statement', origin, statement: me.statements[8]! })
  scene.fire('start', 1e6)
  t.is(scene.trained, 0)
  for (const delta of me.deltas) scene.deliver('b', delta)
  t.is(scene.trained, 1)
  t.deepEqual(scene.rejects, [])
})

test('should serve 32 deltas for one message, and nothing that it does not have', (t) => {
  const scene = new Scene(['b'])
  const author = new Author('b').signMany(100)
  for (const delta of author.deltas) scene.deliver('b', delta)
  t.is(scene.verified, 100)
  const number = scene
    .to('b', 'names')
    .flatMap(({ names }) => names)
    .indexOf('b')
  const range = { origin: number, from: 1, count: 32 }
  scene.frame('b', { kind: 'want', ranges: Array.from({ length: 256 }, () => range) })
  t.is(scene.to('b', 'delta').length, 32)
  scene.frame('b', {
    kind: 'want',
    ranges: [
      { origin: number, from: HUGE, count: 32 },
      { origin: number, from: 101, count: 32 },
      { origin: 4095, from: 1, count: 32 }
    ]
  })
  t.is(scene.to('b', 'delta').length, 32)
})

test('should not hear of more than 4095 origins, however rightly they sign', (t) => {
  const scene = new Scene(['b'])
  const before = scene.to('b', 'names').length
  for (let i = 0; i < 4200; i++) {
    const author = new Author(`o${i}`).signMany(1)
    if (i >= 4096) {
      t.is(scene.number('b', 'o0'), 0)
      break
    }
    scene.have('b', author.name, 1, author.tag(1))
    scene.deliver('b', author.deltas[0]!)
  }
  t.is(scene.verified, 4095)
  t.true(scene.to('b', 'names').length >= before)
  t.deepEqual(scene.rejects, [])
})

test('should ask a neighbour about no more than 8 origins at once, and believe no tag', (t) => {
  const scene = new Scene(['b', 'c'])
  const authors = Array.from({ length: 20 }, (_, i) => new Author(`o${i}`).signMany(1))
  for (const author of authors) {
    scene.have('b', author.name, 1, author.tag(1))
    scene.deliver('b', author.deltas[0]!)
  }
  const before = scene.hash
  for (const { name, tag } of authors.map((a) => ({ name: a.name, tag: a.tag(1) ^ 1 }))) {
    scene.have('c', name, 1, tag)
  }
  t.is(scene.to('c', 'ask-statement').length, 8)
  t.is(scene.hash, before)
  // Shown what this peer knows, it makes room for another question.
  const origin = scene.number('c', 'o0')
  scene.frame('c', { kind: 'statement', origin, statement: authors[0]!.statements[0]! })
  scene.have('c', 'o9', 1, authors[9]!.tag(1) ^ 1)
  t.is(scene.to('c', 'ask-statement').length, 9)
  t.deepEqual(scene.rejects, [])
})

test('should answer 64 questions about statements in a second', (t) => {
  const scene = new Scene(['b'])
  scene.deliver('b', new Author('b').sign())
  const origin = scene.number('b', 'b')
  for (let i = 0; i < 500; i++) scene.frame('b', { kind: 'ask-statement', origin, seq: 1 })
  t.is(scene.to('b', 'statement').length, 64)
  scene.fire('requests', 1000)
  scene.frame('b', { kind: 'ask-statement', origin, seq: 1 })
  t.is(scene.to('b', 'statement').length, 65)
  // What it does not know it does not answer.
  scene.frame('b', { kind: 'ask-statement', origin, seq: 2 })
  t.is(scene.to('b', 'statement').length, 65)
})
