package dev.backstay.cli;

import dev.backstay.snapshot.Identity;
import java.nio.file.Files;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The option of every command that decrypts, or may. */
final class IdentityOption {
  static final String VARIABLE = "BACKSTAY_IDENTITY";

  @Option(
      names = "--identity",
      paramLabel = "SOURCE",
      description = {
        "Decrypts: FILE (age-keygen's, or age -p's), prompt, passphrase:NAME, fd:N,",
        "credential:NAME (systemd's) or pkcs11:… (see backstay vault wrap).",
        "Default: what BACKSTAY_IDENTITY says, else .backstay/vault-identity if it is there."
      })
  private Optional<String> identity = Optional.empty();

  /** What was named, else the working directory's own file, whether it is there or not. */
  IdentitySource source(Main backstay) {
    return named(backstay).orElseGet(() -> new IdentitySource.InFile(backstay.here().identity()));
  }

  Identity require(Main backstay) {
    return ReadIdentity.in(backstay).identity(source(backstay));
  }

  /** Empty if none was named and the working directory has none of its own. */
  Optional<Identity> find(Main backstay) {
    return named(backstay).isPresent() || Files.exists(backstay.here().identity())
        ? Optional.of(require(backstay))
        : Optional.empty();
  }

  private Optional<IdentitySource> named(Main backstay) {
    return identity
        .or(() -> Optional.ofNullable(backstay.surroundings().environment().get(VARIABLE)))
        .filter(text -> !text.isEmpty())
        .map(IdentitySource::parse);
  }
}
