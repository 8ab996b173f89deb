import test from 'ava'
import { PARTNER_TIMES } from '../../../src/consensus/partner-times.ts'
import { Partners, shareOf } from '../../../src/consensus/partners.ts'
import { randomRegular } from '../../../src/consensus/random-regular.ts'
import { type Random, seeded } from '../../../src/random.ts'

const SECOND = 1000
const { patience, quick, settled, out, useless, callerIdle } = PARTNER_TIMES

const name = (member: number): string => `peer${String(member).padStart(3, '0')}`

/** Between two looks of a peer at its neighbours. */
const STEP = 5

/** A swarm in steps of five seconds: a link is up where one end wants it and the two can reach each other. */
class Swarm {
  readonly names: readonly string[]
  readonly partners: readonly Partners[]
  readonly wanted: Array<ReadonlySet<number>>
  readonly #reach: (a: number, b: number) => boolean
  readonly #row: (member: number, second: number) => readonly number[]
  readonly #mutual: boolean
  readonly #up = new Set<string>()
  now = 0
  /** Exchanges of one neighbour for another, by all, in the last step. */
  changes = 0

  constructor(
    members: number,
    degree: number,
    reach: (a: number, b: number) => boolean,
    { mutual = false, lifetime = null as number | null, seed = 1 } = {}
  ) {
    this.names = Array.from({ length: members }, (_, i) => name(i))
    this.#reach = reach
    this.#mutual = mutual
    const topology = randomRegular(degree, lifetime, seeded(seed))
    this.#row = (member, second) =>
      topology.graph(members, lifetime === null ? 0 : Math.floor(second / lifetime))[member]!
    this.partners = this.names.map((self) => new Partners({ self, salt: `${seed}`, mutual }))
    this.wanted = this.names.map(() => new Set())
  }

  step(): void {
    this.changes = 0
    const second = this.now / SECOND
    this.partners.forEach((partners, i) => {
      const row = this.#row(i, second).map(name)
      const chosen = partners.choose(row, this.names, this.now)
      const next = new Set(chosen.map((peer) => this.names.indexOf(peer)))
      for (const peer of next) if (!this.wanted[i]!.has(peer)) this.changes++
      this.wanted[i] = next
    })
    this.#connect()
    this.now += STEP * SECOND
  }

  run(seconds: number): void {
    for (let s = 0; s < seconds; s += STEP) this.step()
  }

  #connect(): void {
    const size = this.names.length
    for (let a = 0; a < size; a++) {
      for (let b = a + 1; b < size; b++) {
        const key = `${a} ${b}`
        const isUp = this.linked(a, b)
        if (isUp && (!this.#mutual || (this.wanted[a]!.has(b) && this.wanted[b]!.has(a)))) {
          this.partners[a]!.useful(name(b), this.now)
          this.partners[b]!.useful(name(a), this.now)
        }
        if (isUp === this.#up.has(key)) continue
        if (isUp) this.#up.add(key)
        else this.#up.delete(key)
        this.partners[a]![isUp ? 'up' : 'down'](name(b), this.now)
        this.partners[b]![isUp ? 'up' : 'down'](name(a), this.now)
      }
    }
  }

  linked(a: number, b: number): boolean {
    const wanted = this.wanted[a]!.has(b) || this.wanted[b]!.has(a)
    return wanted && this.#reach(a, b)
  }

  reachable(member: number): number {
    return this.names.filter((_, other) => other !== member && this.#reach(member, other)).length
  }

  /** Parts that the links leave, by union-find. */
  parts(joined = (a: number, b: number): boolean => this.linked(a, b)): number {
    const parent = this.names.map((_, i) => i)
    const root = (i: number): number => (parent[i] === i ? i : root(parent[i]!))
    for (let a = 0; a < parent.length; a++) {
      for (let b = 0; b < a; b++) if (joined(a, b)) parent[root(a)] = root(b)
    }
    return parent.filter((to, i) => to === i).length
  }
}

/** Symmetric, each pair by its own throw. */
const randomPairs = (members: number, share: number, random: Random) => {
  const cut = Array.from({ length: members }, () => new Array<boolean>(members).fill(false))
  for (let a = 0; a < members; a++) {
    for (let b = 0; b < a; b++) cut[a]![b] = cut[b]![a] = random.next() < share
  }
  return (a: number, b: number): boolean => !cut[a]![b]!
}

/** Of every six members one is public, two are symmetric, three are cones: as NATs let them meet. */
const natPairs = (a: number, b: number): boolean => {
  const kind = (member: number) => ['public', 'cone', 'cone', 'cone', 'each', 'each'][member % 6]!
  const kinds = [kind(a), kind(b)]
  return kinds.includes('public') || (kinds[0] === 'cone' && kinds[1] === 'cone')
}

test('should want the row of the graph where everybody can be reached', (t) => {
  const swarm = new Swarm(24, 4, () => true)
  const graph = randomRegular(4, null, seeded(1)).graph(24, 0)
  swarm.run(100)
  swarm.wanted.forEach((wanted, i) => {
    t.deepEqual(
      [...wanted].sort((a, b) => a - b),
      [...graph[i]!],
      `member ${i}`
    )
  })
})

for (const share of [0.1, 0.3, 0.6]) {
  test(`should reach its degree where ${share * 100} % of all pairs cannot meet`, (t) => {
    for (let seed = 1; seed <= 8; seed++) {
      const members = 12 + ((seed * 7) % 53)
      const reach = randomPairs(members, share, seeded(seed))
      const swarm = new Swarm(members, 4, reach, { seed })
      swarm.run(240)
      for (let i = 0; i < members; i++) {
        const held = [...swarm.wanted[i]!].filter((other) => swarm.linked(i, other)).length
        const target = Math.min(4, swarm.reachable(i))
        t.true(held >= target, `seed ${seed}, member ${i} of ${members}: ${held} of ${target}`)
      }
    }
  })
}

for (const lifetime of [null, 30]) {
  test(`should stay in one piece behind NATs; an edge lives ${lifetime ?? 'for ever'}`, (t) => {
    for (const members of [12, 16, 24, 33, 48, 64]) {
      for (let seed = 1; seed <= 3; seed++) {
        const swarm = new Swarm(members, 4, natPairs, { lifetime, seed })
        t.is(swarm.parts(natPairs), 1)
        // A third reaches one in six only, and finds out by trying.
        swarm.run(180)
        for (let s = 180; s < 360; s += STEP) {
          swarm.step()
          t.is(swarm.parts(), 1, `${members} members, seed ${seed}, second ${s}`)
        }
      }
    }
  })
}

test('should come to rest', (t) => {
  const swarm = new Swarm(40, 4, natPairs)
  swarm.run(60)
  let changes = 0
  for (let s = 0; s < 600; s += STEP) {
    swarm.step()
    changes += swarm.changes
  }
  // Only those that were given up are tried again, ever more seldom: 4 times in these ten minutes.
  t.true(changes <= 40 * 4 * 5, `${changes} changes`)
  const before = swarm.changes
  swarm.run(STEP)
  t.true(before <= 40 && swarm.changes <= 40)
})

test('both ends of an edge should come to want it where both have to', (t) => {
  for (const members of [12, 30, 64]) {
    const swarm = new Swarm(members, 4, natPairs, { mutual: true })
    swarm.run(240)
    let held = 0
    let both = 0
    for (let a = 0; a < members; a++) {
      for (const b of swarm.wanted[a]!) {
        if (!natPairs(a, b)) continue
        held++
        if (swarm.wanted[b]!.has(a)) both++
      }
    }
    t.true(both / held >= 0.85, `${both} of ${held} of ${members} members`)
    const mutual = (a: number, b: number): boolean =>
      swarm.linked(a, b) && swarm.wanted[a]!.has(b) && swarm.wanted[b]!.has(a)
    t.is(swarm.parts(mutual), 1, `${members} members`)
  }
})

const alone = (mutual = false) => new Partners({ self: 'self', salt: 's', mutual })
const WAY = { ranges: [], poor: false }

test('should replace a silent peer after its patience, and one that refuses sooner', (t) => {
  const members = ['a', 'b', 'c', 'self']
  const slow = alone()
  t.deepEqual(slow.choose(['a'], members, 0), ['a'])
  t.deepEqual(slow.choose(['a'], members, patience - 1), ['a'])
  // Two at a time, for the one that is missing.
  t.deepEqual(slow.choose(['a'], members, patience), ['b', 'c'])

  const refused = alone()
  refused.choose(['a'], members, 0)
  for (let n = 0; n < 3; n++) refused.failed('a')
  t.deepEqual(refused.choose(['a'], members, quick - 1), ['a'])
  t.deepEqual(refused.choose(['a'], members, quick), ['b', 'c'])
})

test('should keep the stand-in until the first choice has proved itself, and not a moment longer', (t) => {
  const members = ['a', 'b', 'self']
  const partners = alone()
  partners.choose(['a'], members, 0)
  t.deepEqual(partners.choose(['a'], members, patience), ['b'])
  partners.up('b', patience)
  const again = patience + out[0]
  t.deepEqual(partners.choose(['a'], members, again - 1), ['b'])
  // On trial, beside its stand-in.
  t.deepEqual(partners.choose(['a'], members, again), ['a', 'b'])
  partners.up('a', again)
  t.deepEqual(partners.choose(['a'], members, again + settled - 1), ['a', 'b'])
  t.deepEqual(partners.choose(['a'], members, again + settled), ['a'])
})

test('should leave one that fails again alone for twice as long', (t) => {
  const members = ['a', 'b', 'self']
  const partners = alone()
  partners.choose(['a'], members, 0)
  partners.choose(['a'], members, patience)
  partners.up('b', patience)
  const tried = patience + out[0]
  t.deepEqual(partners.choose(['a'], members, tried), ['a', 'b'])
  t.deepEqual(partners.choose(['a'], members, tried + patience), ['b'])
  t.deepEqual(partners.choose(['a'], members, tried + patience + 2 * out[0] - 1), ['b'])
  t.deepEqual(partners.choose(['a'], members, tried + patience + 2 * out[0]), ['a', 'b'])
})

test('should take a peer back at once that calls by itself', (t) => {
  const members = ['a', 'b', 'self']
  const partners = alone()
  partners.choose(['a'], members, 0)
  t.deepEqual(partners.choose(['a'], members, patience), ['b'])
  partners.up('b', patience)
  partners.up('a', patience + 1)
  t.deepEqual(partners.choose(['a'], members, patience + 1), ['a', 'b'])
  t.deepEqual(partners.choose(['a'], members, patience + 1 + settled), ['a'])
})

test('should take those that are reached directly before the others', (t) => {
  const others = Array.from({ length: 12 }, (_, i) => name(i))
  const members = [...others, 'self', 'x']
  const partners = alone()
  for (const [i, peer] of others.entries()) partners.way(peer, { ranges: [], poor: i !== 7 })
  partners.choose(['x'], members, 0)
  t.deepEqual(partners.choose(['x'], members, patience)[0], name(7))
  partners.up(name(7), patience)
  t.deepEqual(partners.choose(['x'], members, patience + settled), [name(7)])
})

test('should give up a neighbour that sends nothing of use while most others do', (t) => {
  const members = ['a', 'b', 'c', 'd', 'self']
  const partners = alone()
  partners.choose(['a', 'b', 'c'], members, 0)
  for (const peer of ['a', 'b', 'c']) partners.up(peer, 0)
  for (const peer of ['a', 'b']) partners.useful(peer, useless)
  t.deepEqual(partners.choose(['a', 'b', 'c'], members, useless), ['a', 'b', 'd'])
})

test('should give up nobody while most are silent: it may be this peer', (t) => {
  const members = ['a', 'b', 'c', 'd', 'self']
  const partners = alone()
  partners.choose(['a', 'b', 'c'], members, 0)
  for (const peer of ['a', 'b', 'c']) partners.up(peer, 0)
  partners.useful('a', useless)
  t.deepEqual(partners.choose(['a', 'b', 'c'], members, useless), ['a', 'b', 'c'])
})

test('should let go of a caller that has sent nothing, until it calls again', (t) => {
  const members = ['a', 'b', 'self']
  const partners = alone(true)
  partners.choose(['a'], members, 0)
  partners.up('a', 0)
  partners.up('b', 0)
  t.deepEqual(partners.choose(['a'], members, settled - 1), ['a'])
  t.deepEqual(partners.choose(['a'], members, settled), ['a', 'b'])
  partners.useful('a', settled + callerIdle)
  t.deepEqual(partners.choose(['a'], members, settled + callerIdle), ['a'])
  t.deepEqual(partners.choose(['a'], members, settled + 2 * callerIdle), ['a'])
  partners.down('b', 300_000)
  partners.up('b', 300_000)
  t.deepEqual(partners.choose(['a'], members, 300_000 + settled), ['a', 'b'])
})

test('no range should have more than its share while there is anybody else (brute force)', (t) => {
  const random = seeded(5)
  for (let round = 0; round < 300; round++) {
    const others = Array.from({ length: 4 + Math.floor(30 * random.next()) }, (_, i) => name(i))
    const members = [...others, 'self']
    const degree = 2 + Math.floor(Math.min(10, others.length - 1) * random.next())
    const row = others
      .filter((_, i) => i % Math.ceil(others.length / degree) === 0)
      .slice(0, degree)
    const partners = alone()
    const ranges = new Map(others.map((peer) => [peer, `range ${Math.floor(4 * random.next())}`]))
    for (const [peer, range] of ranges) partners.way(peer, { ranges: [range], poor: false })
    const chosen = partners.choose(row, members, 0)
    const count = (range: string): number =>
      chosen.filter((peer) => ranges.get(peer) === range).length
    const able = [...new Set(ranges.values())].reduce(
      (sum, range) =>
        sum + Math.min(shareOf(row.length), others.filter((p) => ranges.get(p) === range).length),
      0
    )
    t.true(chosen.length >= row.length)
    const above = [...new Set(ranges.values())].filter((r) => count(r) > shareOf(row.length))
    // All that fit into their shares are there before any share is exceeded.
    const within = [...new Set(ranges.values())].reduce(
      (sum, range) => sum + Math.min(shareOf(row.length), count(range)),
      0
    )
    t.true(within >= Math.min(row.length, able), `round ${round}`)
    if (able >= row.length) t.deepEqual(above, [], `round ${round}`)
  }
})

test('peers that nobody can place should be held to no share', (t) => {
  const others = Array.from({ length: 8 }, (_, i) => name(i))
  const partners = alone()
  for (const peer of others) partners.way(peer, WAY)
  t.deepEqual(partners.choose(others, [...others, 'self'], 0), others)
})
