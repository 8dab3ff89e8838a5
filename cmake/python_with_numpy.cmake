# Sets MISCID_PYTHON to an interpreter that has NumPy, or to NOTFOUND. The first python3 on the path need not have it
# while the system's does, so every candidate is asked.
if(NOT DEFINED CACHE{MISCID_PYTHON})
    set(found MISCID_PYTHON-NOTFOUND)
    foreach(candidate IN ITEMS python3 /usr/bin/python3 /usr/local/bin/python3)
        execute_process(COMMAND ${candidate} -c "import numpy" RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
        if(result EQUAL 0)
            set(found ${candidate})
            break()
        endif()
    endforeach()
    set(MISCID_PYTHON ${found} CACHE STRING "Python interpreter with NumPy")
endif()
