package dev.backstay.health;

import java.util.List;

/** The judged result. Inconclusive is never success: it does not promote. */
public sealed interface Verdict {
  /** Why, one sentence a finding, with its counts and thresholds. */
  List<String> reasons();

  /** Every gate held for the whole window. */
  record Pass(List<String> reasons) implements Verdict {
    public Pass {
      reasons = List.copyOf(reasons);
    }
  }

  /** At least one gate says that the change did harm. */
  record Fail(List<String> reasons) implements Verdict {
    public Fail {
      reasons = List.copyOf(reasons);
    }
  }

  /** The evidence allows neither. */
  record Inconclusive(List<String> reasons) implements Verdict {
    public Inconclusive {
      reasons = List.copyOf(reasons);
    }
  }

  /** One word for journals and tables. */
  default String word() {
    return switch (this) {
      case Pass pass -> "pass";
      case Fail fail -> "fail";
      case Inconclusive inconclusive -> "inconclusive";
    };
  }
}
