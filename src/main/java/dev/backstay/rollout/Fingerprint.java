package dev.backstay.rollout;

import dev.backstay.gateway.Facts;
import dev.backstay.gateway.Facts.InterfaceFacts;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a plan rests on: facts of one gateway by name, in words. If one of them is another when the
 * plan is carried out, the plan no longer says what would happen. Who is connected is none of them.
 */
final class Fingerprint {
  private Fingerprint() {}

  static SortedMap<String, String> of(Facts facts) {
    SortedMap<String, String> words = new TreeMap<>();
    words.put("kernel", facts.kernel());
    words.put("os", facts.os());
    words.put("architecture", facts.architecture());
    words.put("init", facts.init());
    words.put("account", facts.user());
    words.put("module loaded", srcversion(facts.moduleLoaded()));
    words.put("module on disk", srcversion(facts.moduleOnDisk()));
    facts
        .packages()
        .forEach((name, known) ->
            words.put(
                "package " + name,
                known.installed().orElse("none") + (known.held() ? " (held)" : "")));
    facts.interfaces().forEach(one -> words.put("interface " + one.name(), words(one)));
    return words;
  }

  private static String words(InterfaceFacts one) {
    return "%s on port %d, %s"
        .formatted(one.publicKey(), one.port(), one.inKernel() ? "in the kernel" : "in userspace");
  }

  private static String srcversion(String word) {
    return word.isEmpty() || word.equals("none") ? "none" : "the one of srcversion " + word;
  }
}
