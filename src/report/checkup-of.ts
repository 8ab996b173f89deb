import type { Checkup, Findings } from './checkup.ts'
import { machineTroubles } from './checkup-machine.ts'
import { swarmTroubles } from './checkup-swarm.ts'

/** What follows from what was found: what is wrong, what helps, and whether a peer could work. */
export const checkupOf = (findings: Findings, now: number): Checkup => {
  const troubles = [...machineTroubles(findings), ...swarmTroubles(findings.swarm, now)]
  return { ...findings, troubles, usable: !troubles.some(({ essential }) => essential) }
}
