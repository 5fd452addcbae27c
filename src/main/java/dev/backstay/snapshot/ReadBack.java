package dev.backstay.snapshot;

/** What reading a snapshot back from the repository has proved. A failure is an exception. */
public sealed interface ReadBack {
  String commit();

  String gateway();

  /** How many files were looked at: all of the snapshot. */
  int files();

  /** What was proved, in words. */
  String proof();

  /**
   * Every file was decrypted with the identity and has the digest of what was saved.
   *
   * @param bytes of plaintext compared
   */
  record Decrypted(String commit, String gateway, int files, long bytes) implements ReadBack {
    @Override
    public String proof() {
      return files + " files decrypted and compared";
    }
  }

  /**
   * The controller has no identity, so nothing was decrypted. Signature, presence and hash of every
   * object, the length of each age file and the number of recipients in its header are right. That
   * the stanzas are those of the named recipients, and that the content is right, is not proved.
   *
   * @param recipients that each age file was addressed to
   */
  record StructureOnly(String commit, String gateway, int files, int recipients)
      implements ReadBack {
    @Override
    public String proof() {
      return files + " files present; not decrypted, no identity here";
    }
  }
}
