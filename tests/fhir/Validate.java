import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;

/** Validates every resource of a folder as FHIR R4; names each error. */
public final class Validate {
  public static void main(String[] arguments) throws IOException {
    FhirContext context = FhirContext.forR4();
    ValidationSupportChain support = new ValidationSupportChain(
        new DefaultProfileValidationSupport(context),
        new InMemoryTerminologyServerValidationSupport(context),
        new CommonCodeSystemsTerminologyService(context));
    FhirValidator validator = context.newValidator();
    validator.registerValidatorModule(new FhirInstanceValidator(support));
    List<Path> files;
    try (var listed = Files.list(Path.of(arguments[0]))) {
      files = listed.filter(file -> file.toString().endsWith(".json")).sorted()
          .collect(Collectors.toList());
    }
    int failed = 0;
    for (Path file : files) {
      boolean wrong = false;
      for (var message : validator.validateWithResult(Files.readString(file)).getMessages()) {
        if (message.getSeverity().compareTo(ResultSeverityEnum.ERROR) < 0) continue;
        wrong = true;
        System.out.println(file.getFileName() + ": " + message.getLocationString() + ": "
            + message.getMessage());
      }
      failed += wrong ? 1 : 0;
    }
    System.out.println("hapi: " + (files.size() - failed) + " passed, " + failed + " failed");
    System.exit(failed == 0 && !files.isEmpty() ? 0 : 1);
  }
}
