import type { Stage as StageOf } from '../stage.ts'
import type { DeltaKinds } from './kinds.ts'

export type Stage = StageOf<DeltaKinds>
