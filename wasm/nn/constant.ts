/**
 * A vector of one number, for a variable of a module. V8 builds what it knows to be constant anew in every turn of
 * a loop, in several instructions; a variable it reads in one.
 */
@inline
export function constant(value: f32): v128 {
  return f32x4.splat(memory.size() > 0 ? value : 0)
}
