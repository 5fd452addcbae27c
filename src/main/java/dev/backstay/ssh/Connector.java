package dev.backstay.ssh;

/**
 * Opens shells. {@link #shared} hands out the one connection a gateway has in this process,
 * dialling it if need be (or again, if it broke); {@link #fresh} always dials anew, because an old
 * connection proves nothing about whether a new one can be made. Safe for use by several threads.
 *
 * <p>Both throw {@link dev.backstay.problem.ProblemException} with one of the codes {@code
 * unreachable}, {@code host-key-unknown}, {@code host-key-changed}, {@code key-refused}, each with
 * the remedy.
 */
public interface Connector extends AutoCloseable {
  /** Closing what this returns does nothing: the connection stays for the next caller. */
  Shell shared(Target target);

  /** The caller closes it. */
  Shell fresh(Target target);

  @Override
  void close();
}
