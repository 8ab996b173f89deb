/** Where the shards of a flat vector begin and end: as even as can be. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** `shards` at most `length`, so that none is empty. */
export const rangesOf = (length: number, shards: number): readonly Range[] =>
  Array.from({ length: shards }, (_, shard) => ({
    from: Math.floor((shard * length) / shards),
    to: Math.floor(((shard + 1) * length) / shards)
  }))

export const lengthOf = ({ from, to }: Range): number => to - from
