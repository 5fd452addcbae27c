package dev.backstay.snapshot;

/** Hears what people should know of a vault although nothing failed. */
@FunctionalInterface
public interface Notices {
  /** Nobody listens. */
  Notices NONE = sentence -> {};

  /**
   * @param sentence without a full stop; holds no secret
   */
  void tell(String sentence);
}
