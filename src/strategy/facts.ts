/** What the rest of the program asks of a strategy without making one; each is beside its strategy, in facts.ts. */
import { createTopology } from '../consensus/topologies.ts'
import type { Problem } from '../errors.ts'
import { seeded } from '../random.ts'
import type { Manifest } from '../swarm/manifest.ts'
import type { Recipe, TopologyConfig } from '../swarm/recipe.ts'
import { FRAME_OVERHEAD } from '../wire/frame.ts'

/** What a strategy holds of vectors as long as the replica, and beside them. */
export interface Held {
  /** Vectors that it computes with. */
  readonly vectors: number
  /** Of them, and the replica: those that go into a checkpoint. */
  readonly kept: number
  /** Vectors for every neighbour. */
  readonly perNeighbour: number
  /** Its messages are about the whole replica. */
  readonly isDense: boolean
  /** Bytes of deltas for those who lack them. */
  readonly logBytes: number
  /** Bytes that its codes need beside vectors. */
  readonly codeBytes: number
  /** Bytes that a round persists, beside checkpoints. */
  readonly recordBytes: number
}

/** The fields that it needs, and what the strategy cannot have of them when each by itself is right. */
export interface RecipeRule<K extends keyof Recipe = keyof Recipe> {
  readonly fields: readonly K[]
  problemsIn(recipe: Pick<Recipe, K>): readonly Problem[]
}

export interface StrategyFacts {
  /** Numbers of its frame kinds, 1 to 63, by the names that docs/protocol.md gives them. */
  readonly kinds: Readonly<Record<string, number>>
  /** Whom its peers talk to, in the place of the recipe's topology; null: the recipe's. */
  readonly topology: TopologyConfig | null
  /** A round without training is a step of the topology's mixing matrix. */
  readonly mixes: boolean
  /** Peers may be in different rounds and take steps of their own: `training.staleRate` means something. */
  readonly staleRate: boolean
  /** It can choose what it sends by a budget. */
  readonly budget: boolean
  /** The run is over by what all have trained together, not by each one's rounds. */
  readonly endsTogether: boolean
  /** Share of all changes that a message holds; null: all of them. */
  sentShare(options: Recipe['strategy']): number | null
  /** By what its compute half allocates. */
  held(manifest: Manifest, parameters: number, diagnostics: boolean): Held
  /** Bytes that a member sends in one round, on average, while all expected members train. */
  roundBytes(manifest: Manifest, parameters: number): number
  /** Bytes of the largest message, about. */
  largestBody(manifest: Manifest, parameters: number): number
  /** What is wrong with options, as far as the schema lets them pass, in a swarm that is planned for so many peers. */
  problems(options: unknown, peers: number): readonly Problem[]
  readonly rules: readonly RecipeRule[]
}

export const recipeRule = <K extends keyof Recipe>(
  fields: readonly K[],
  problemsIn: (recipe: Pick<Recipe, K>) => readonly Problem[]
): RecipeRule => ({ fields, problemsIn: problemsIn as RecipeRule['problemsIn'] })

/** For strategies in which replicas that begin apart never meet. */
export const noAveraging = (rule: string): RecipeRule =>
  recipeRule(['model'], ({ model }) =>
    model.name === 'averaging'
      ? [{ path: 'model.name', rule, remedy: 'choose gossip-averaging, or another model' }]
      : []
  )

/** Of strategies that tell of the whole replica and keep checkpoints only. */
export const heldWhole = (held: Pick<Held, 'vectors' | 'kept' | 'perNeighbour'>): Held => ({
  ...held,
  isDense: true,
  logBytes: 0,
  codeBytes: 0,
  recordBytes: 0
})

/** The most neighbours that a topology gives anyone. */
export const mostNeighbours = (topology: TopologyConfig, members: number): number =>
  createTopology(topology, seeded(0)).maxDegree(members)

/** Of an exchange of gossip averaging, beside its payload, with its frame; others have about as many. */
export const EXCHANGE_BYTES = 17 + FRAME_OVERHEAD

/** A message with the whole replica, float32. */
export const wholeBody = (_manifest: Manifest, parameters: number): number =>
  4 * parameters + EXCHANGE_BYTES

export const noProblems = (): readonly Problem[] => []

export const sendsAll = (): null => null
