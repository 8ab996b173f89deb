/** True once the memory reaches up to `end`. */
export function reserve(end: usize): bool {
  const pages = <i32>((<u64>end + 0xffff) >> 16)
  const more = pages - memory.size()
  return more <= 0 || memory.grow(more) >= 0
}
