import type { DiskCheck, Findings, PortCheck, Trouble } from './checkup.ts'
import { bytesText } from './figures.ts'

/** The oldest Node that runs this program: package.json, engines. */
const NODE = [22, 18] as const
/** A peer without its model (docs/performance.md: 194 MB), with a little room. */
const LEAST_MEMORY = 300e6
/** Identity, log and checkpoints of a small model; below the first nothing can be kept. */
const LEAST_DISK = 20e6
const LITTLE_DISK = 500e6

const isOld = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major < NODE[0] || (major === NODE[0] && minor < NODE[1])
}

const nodeTroubles = ({ node }: Findings): readonly Trouble[] =>
  isOld(node)
    ? [
        {
          about: 'Node',
          said: `${node} is too old`,
          advice: `install Node ${NODE.join('.')} or newer`,
          essential: true
        }
      ]
    : []

const memoryTroubles = ({ freeMemoryBytes }: Findings): readonly Trouble[] =>
  freeMemoryBytes < LEAST_MEMORY
    ? [
        {
          about: 'memory',
          said: `${bytesText(freeMemoryBytes)} free: a peer takes some 200 MB beside its model`,
          advice: 'end other programs, or the system may end the peer',
          essential: false
        }
      ]
    : []

const diskTroubles = ({ folder, freeBytes, reason }: DiskCheck): readonly Trouble[] => {
  if (reason !== null) {
    const advice =
      'give the user of the peer the right to write there, or take another folder (--state)'
    return [{ about: 'disk', said: reason, advice, essential: true }]
  }
  if (freeBytes === null || freeBytes >= LITTLE_DISK) return []
  const said = `${bytesText(freeBytes)} free for ${folder}`
  const advice = 'free some space, or take a folder on another disk (--state)'
  return [{ about: 'disk', said, advice, essential: freeBytes < LEAST_DISK }]
}

const portTroubles = ({ address, state, holder, code }: PortCheck): readonly Trouble[] => {
  const port = /\/tcp\/(\d+)/.exec(address)?.[1]
  switch (state) {
    case 'free':
    case 'own':
      return []
    case 'held':
      return [
        {
          about: 'ports',
          said: `${address}: ${holder ?? 'another program'} listens there already`,
          advice:
            holder === null
              ? `end it (lsof -i tcp:${port} as root says which it is), or take another port`
              : 'end it, or take another port',
          essential: true
        }
      ]
    case 'refused':
      return [
        {
          about: 'ports',
          said: `${address}: the system does not let a program listen there (${code})`,
          advice:
            code === 'EADDRNOTAVAIL'
              ? 'this machine has no such address: /ip4/0.0.0.0 stands for all that it has'
              : 'take a port above 1023',
          essential: true
        }
      ]
    case 'unknown':
      return [
        {
          about: 'ports',
          said: `${address} is no TCP address`,
          advice: 'give one such as /ip4/0.0.0.0/tcp/4001',
          essential: true
        }
      ]
  }
}

const backendTroubles = ({ backends }: Findings): readonly Trouble[] =>
  backends.some(({ state }) => state === 'taken')
    ? []
    : [
        {
          about: 'backends',
          said: 'none of them computes what it should: this machine cannot train',
          advice: 'install swarmgrad again (npm ci), or report the notes in the table above',
          essential: true
        }
      ]

/** What is wrong with this machine, whatever the swarm. */
export const machineTroubles = (findings: Findings): readonly Trouble[] => [
  ...nodeTroubles(findings),
  ...memoryTroubles(findings),
  ...diskTroubles(findings.disk),
  ...backendTroubles(findings),
  ...findings.ports.flatMap(portTroubles)
]
