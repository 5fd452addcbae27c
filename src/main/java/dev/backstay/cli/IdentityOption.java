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

  /**
   * For what cannot be done without one.
   *
   * @throws dev.backstay.problem.ProblemException {@code no-identity}
   */
  IdentitySource source(Main backstay) {
    return any(backstay).orElseThrow(() -> IdentityProblems.none(backstay.here().path()));
  }

  /** As {@link #source}. */
  Identity require(Main backstay) {
    return ReadIdentity.in(backstay).identity(source(backstay));
  }

  /** Empty if none was named and the working directory has none of its own. */
  Optional<Identity> find(Main backstay) {
    return any(backstay).map(source -> ReadIdentity.in(backstay).identity(source));
  }

  private Optional<IdentitySource> any(Main backstay) {
    return named(backstay)
        .or(() ->
            Optional.of(backstay.here().identity())
                .filter(Files::exists)
                .map(IdentitySource.InFile::new));
  }

  private Optional<IdentitySource> named(Main backstay) {
    return identity
        .or(() -> Optional.ofNullable(backstay.surroundings().environment().get(VARIABLE)))
        .filter(text -> !text.isEmpty())
        .map(IdentitySource::parse);
  }
}
