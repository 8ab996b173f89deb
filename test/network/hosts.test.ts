/** Twelve hosts, one link: all train, and end with one replica. */
import test, { type ExecutionContext } from 'ava'
import type { PathKind } from '../../src/network/path.ts'
import { whatIsMissing } from './harness/missing.ts'
import { bestPath } from './swarm/expected.ts'
import { HostedSwarm } from './swarm/hosted-swarm.ts'
import { pathMatrix, trafficTable } from './swarm/table.ts'
import type { Pair } from './swarm/traffic.ts'
import { TWELVE } from './swarm/twelve.ts'
import { undisturbedAccuracy } from './swarm/undisturbed.ts'

const missing = await whatIsMissing()

const COURSE = { peers: TWELVE.length, rounds: 120, intervalMs: 500 }
/** A minute of rounds, and far more for a machine that has much else to do. */
const PATIENCE_SECONDS = 900

/** Of accuracy: the first peers have seen many of all rows before the last one comes. */
const COST_OF_JOINING = 0.03

const total = ({ bytes }: Pair): number => bytes.direct + bytes.punched + bytes.relayed

/** The ways on which no obstacle can be: what peers say that they have cannot be better than the best. */
const POSSIBLE: Readonly<Record<PathKind, readonly PathKind[]>> = {
  direct: ['direct', 'relayed'],
  punched: ['punched', 'relayed'],
  relayed: ['relayed']
}

/** The bytes that were seen on the wires, against what peers say of themselves. */
const checkWires = async (t: ExecutionContext, { internet, board }: HostedSwarm): Promise<void> => {
  const flows = await internet.flows()
  for (const pair of board.traffic.pairs) {
    const [from, to] = [internet.host(pair.from), internet.host(pair.to)]
    const straight = flows.get(`${from.outer} ${to.outer}`) ?? 0
    const said = pair.bytes.direct + pair.bytes.punched
    t.true(straight >= said, `${pair.from} to ${pair.to}: ${said} said, ${straight} on the wire`)
    if (bestPath(from.access, to.access) === 'relayed') {
      // Attempts to call each other are a few hundred packets at the most.
      t.true(straight < 40_000, `${pair.from} to ${pair.to}: ${straight} on the wire`)
    }
  }
}

if (missing === null) {
  test.serial('should train on twelve hosts from one link, and end with one replica', async (t) => {
    const swarm = await HostedSwarm.make(t, TWELVE, COURSE, 'pub1')
    const { internet, board } = swarm
    const first = await swarm.joinAndAnswer(internet.host('pub1'), swarm.file)
    const link = await swarm.link(first)
    for (const host of internet.hosts) {
      if (host !== first.host) await swarm.join(host, link)
    }
    const joined = await board.until('all twelve have trained', 300, () =>
      board.members.every(({ status }) => (status?.round ?? 0) > 0)
    )
    const trained = await board.until(
      'the run is over',
      PATIENCE_SECONDS,
      () => board.running.length === 0,
      () => `${board.summary()}\n${trafficTable(board.members, board.traffic)}`
    )
    t.log(`all joined after ${joined.toFixed(0)} s, the end ${trained.toFixed(0)} s later`)
    t.log(trafficTable(board.members, board.traffic))
    t.log(pathMatrix(board.members, board.traffic))
    const summaries = await Promise.all(board.members.map((member) => member.summary()))
    const worst = Math.min(...summaries.map(({ accuracy }) => accuracy!))
    const undisturbed = await undisturbedAccuracy(t, COURSE)
    t.log(`accuracy ${worst}; in virtual time, where all begin at once, ${undisturbed}`)
    t.true(worst >= undisturbed - COST_OF_JOINING, `${worst} against ${undisturbed}`)
    t.is(new Set(summaries.map(({ replicaHash }) => replicaHash)).size, 1)
    t.not(summaries[0]!.replicaHash, null)
    for (const pair of board.traffic.pairs.filter((pair) => total(pair) > 0)) {
      const [from, to] = [internet.host(pair.from), internet.host(pair.to)]
      const best = bestPath(from.access, to.access)
      t.true(POSSIBLE[best].includes(pair.kind!), `${pair.from} to ${pair.to}: ${pair.kind}`)
    }
    await checkWires(t, swarm)
  })
} else {
  test(`is left out: ${missing}`, (t) => t.pass())
}
