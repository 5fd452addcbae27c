package dev.backstay.snapshot;

import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;

/**
 * Who can decrypt: the keys, and the passphrases that open some of them. A passphrase whose key is
 * no recipient any more does not stay.
 *
 * @param passphrases by name
 */
record Holders(Recipients recipients, SortedMap<String, Held> passphrases) {
  /**
   * @param recipient the key that the passphrase opens
   * @param sealed its identity file, encrypted with the passphrase
   */
  record Held(String recipient, ObjectId sealed) {}

  /** One change of who can decrypt, seen from what there is. */
  interface Edit {
    Holders edit(Holders now, ObjectInserter inserter) throws IOException;
  }

  static final String FOLDER = "passphrases";

  private static final String SEALED = ".age";
  // In clear text beside it, for the identity inside is not readable without the passphrase.
  private static final String PUBLIC = ".pub";

  Holders {
    SortedMap<String, Held> open = new TreeMap<>(passphrases);
    open.values().removeIf(held -> !recipients.lines().contains(held.recipient()));
    passphrases = Collections.unmodifiableSortedMap(open);
  }

  static Holders of(VaultTree tree) {
    GitTree folder = tree.folder(FOLDER);
    SortedMap<String, Held> passphrases = new TreeMap<>();
    for (String file : folder.entries().keySet()) {
      if (file.endsWith(SEALED)) {
        String name = file.substring(0, file.length() - SEALED.length());
        Optional<ObjectId> sealed = folder.file(file);
        Optional<String> recipient = folder.file(name + PUBLIC).map(tree::text).map(String::strip);
        if (sealed.isPresent() && recipient.isPresent()) {
          passphrases.put(name, new Held(recipient.get(), sealed.get()));
        }
      }
    }
    return new Holders(tree.recipients(), passphrases);
  }

  /**
   * @throws dev.backstay.problem.ProblemException {@code passphrase-unknown}
   */
  Held held(String name) {
    Held held = passphrases.get(name);
    if (held == null) {
      throw VaultProblems.passphraseUnknown(name, passphrases.keySet());
    }
    return held;
  }

  /**
   * @throws dev.backstay.problem.ProblemException {@code recipient-invalid}
   */
  Holders with(Collection<String> add, Collection<String> remove) {
    if (!recipients.lines().containsAll(remove)) {
      throw VaultProblems.recipientInvalid(
          "", "a recipient that is to be removed is none of this vault");
    }
    TreeSet<String> lines = new TreeSet<>(recipients.lines());
    lines.addAll(add);
    lines.removeAll(remove);
    return new Holders(Recipients.of(lines, ""), passphrases);
  }

  /**
   * @throws dev.backstay.problem.ProblemException {@code passphrase-exists}
   */
  Holders withPassphrase(NewPassphrase.Sealed added, ObjectInserter inserter) throws IOException {
    if (passphrases.containsKey(added.name())) {
      throw VaultProblems.passphraseExists(added.name());
    }
    return with(List.of(added.recipient()), List.of()).holding(added, inserter);
  }

  /**
   * The same key under another passphrase.
   *
   * @throws dev.backstay.problem.ProblemException {@code passphrase-unknown}: there is none of this
   *     name for this key
   */
  Holders withOther(NewPassphrase.Sealed changed, ObjectInserter inserter) throws IOException {
    if (!held(changed.name()).recipient().equals(changed.recipient())) {
      throw VaultProblems.passphraseUnknown(changed.name(), List.of());
    }
    return holding(changed, inserter);
  }

  private Holders holding(NewPassphrase.Sealed sealed, ObjectInserter inserter) throws IOException {
    SortedMap<String, Held> more = new TreeMap<>(passphrases);
    ObjectId blob = inserter.insert(Constants.OBJ_BLOB, sealed.file());
    more.put(sealed.name(), new Held(sealed.recipient(), blob));
    return new Holders(recipients, more);
  }

  /**
   * @throws dev.backstay.problem.ProblemException {@code passphrase-unknown}, {@code
   *     recipient-invalid}
   */
  Holders withoutPassphrase(String name) {
    return with(List.of(), List.of(held(name).recipient()));
  }

  VaultTree into(VaultTree tree, ObjectInserter inserter) throws IOException {
    GitTree folder = GitTree.EMPTY;
    for (Map.Entry<String, Held> passphrase : passphrases.entrySet()) {
      Held held = passphrase.getValue();
      folder =
          folder
              .withFile(passphrase.getKey() + SEALED, held.sealed())
              .withFile(
                  passphrase.getKey() + PUBLIC,
                  VaultTree.insert(held.recipient() + "\n", inserter));
    }
    return tree.withText(VaultTree.RECIPIENTS, recipients.text(), inserter)
        .withFolder(FOLDER, folder, inserter);
  }
}
