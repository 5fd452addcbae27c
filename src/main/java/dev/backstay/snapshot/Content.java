package dev.backstay.snapshot;

import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.util.Optional;

/** One file that is to be saved: in clear here, or sealed already where it comes from. */
sealed interface Content {
  int mode();

  String owner();

  /** Of the plaintext, in bytes. */
  long size();

  String digest(DigestKey digests, String gateway, String path);

  /**
   * The file in age's format.
   *
   * @throws ProblemException {@code capture-invalid}: it was left out as known
   */
  byte[] encrypted(String gateway, String path, Recipients recipients) throws IOException;

  /** In the controller's memory. */
  record Clear(CapturedFile file) implements Content {
    @Override
    public int mode() {
      return file.mode();
    }

    @Override
    public String owner() {
      return file.owner();
    }

    @Override
    public long size() {
      return file.content().size();
    }

    @Override
    public String digest(DigestKey digests, String gateway, String path) {
      return digests.digest(gateway, path, file.content());
    }

    @Override
    public byte[] encrypted(String gateway, String path, Recipients recipients) throws IOException {
      return AgeFile.encrypt(gateway, path, file.content(), recipients).bytes();
    }
  }

  /**
   * As the gateway has told it.
   *
   * @param told the digest, made with the gateway's own key of digests
   * @param age the encrypted file; empty where the gateway knew that the vault has it
   */
  record Sealed(int mode, String owner, long size, String told, Optional<byte[]> age)
      implements Content {
    @Override
    public String digest(DigestKey digests, String gateway, String path) {
      return told;
    }

    @Override
    public byte[] encrypted(String gateway, String path, Recipients recipients) {
      byte[] bytes =
          age.orElseThrow(() ->
              VaultProblems.captureInvalid(
                  "the gateway left '" + path + "' out, and the vault does not have it any more"));
      new AgeFile(gateway, path, bytes)
          .structure(recipients.lines().size(), size)
          .ifPresent(wrong -> {
            throw new ProblemException(wrong);
          });
      return bytes;
    }
  }
}
