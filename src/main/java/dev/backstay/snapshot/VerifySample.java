package dev.backstay.snapshot;

import dev.backstay.problem.Problem;
import dev.backstay.problem.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.eclipse.jgit.lib.ObjectId;

/** Decrypts a few files of the newest snapshots, chosen by chance: cheap enough for every day. */
final class VerifySample {
  private final VaultPlace place;

  VerifySample(VaultPlace place) {
    this.place = place;
  }

  private record Choice(Manifest manifest, String path) {}

  Sampled verify(int count, long seed, Identity identity) throws IOException {
    try (VaultRepository repository = VaultRepository.open(place.repository())) {
      ObjectId tip = Branch.of(repository, place).tip();
      VaultTree tree = VaultTree.of(repository, tip);
      List<Choice> choices = new ArrayList<>();
      for (String gateway : tree.gatewayNames()) {
        Manifest manifest = tree.manifest(gateway).orElseThrow();
        manifest.files().keySet().forEach(path -> choices.add(new Choice(manifest, path)));
      }
      int all = choices.size();
      Collections.shuffle(choices, new Random(seed));
      List<Choice> chosen = choices.subList(0, Math.min(count, all));
      List<Problem> problems = new ArrayList<>();
      for (Choice choice : chosen) {
        try {
          new VerifySnapshot(place)
              .decrypted(repository, tip, only(choice.manifest(), choice.path()), identity);
        } catch (ProblemException wrong) {
          problems.addAll(wrong.problems());
        }
      }
      if (!problems.isEmpty()) {
        throw new ProblemException(problems);
      }
      return new Sampled(tip.name(), seed, chosen.size(), all);
    }
  }

  private static Manifest only(Manifest manifest, String path) {
    SortedMap<String, StoredFile> one = new TreeMap<>(manifest.files());
    one.keySet().retainAll(List.of(path));
    return new Manifest(
        manifest.gateway(),
        manifest.takenAt(),
        manifest.facts(),
        manifest.recipients(),
        manifest.digestKey(),
        one);
  }
}
